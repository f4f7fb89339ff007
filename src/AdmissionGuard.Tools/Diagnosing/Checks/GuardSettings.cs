using AdmissionGuard.Core.Policies;
using AdmissionGuard.Server.Configuration;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's configuration can be used, and what it says of the mode.</summary>
internal sealed class GuardSettings : ICheck
{
    private const int MostTold = 10;

    public string Name => "configuration";

    public string Summary => "The guard's configuration can be used; the mode is told.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var (configuration, installation) = (await patient.Configuration, await patient.Installation);
        if (configuration.Unread.Length > 0)
        {
            return [Unread.Because(configuration.Origin, configuration.Unread)];
        }

        IReadOnlyList<Diagnosis> unseen = configuration.Unseen is [] ? [] :
            [Diagnosis.Unknown($"the environment has more, which is not looked at: {string.Join(", ", configuration.Unseen)}", new Fix("what they set, say by --set PATH=VALUE"))];
        return configuration.Errors is not []
            ? [.. unseen, .. ConfigurationError.Tell(configuration.Errors, MostTold).Select(error => Diagnosis.Failed($"{configuration.Origin}: {error}", FixOf(patient, installation)))]
            : [.. unseen, Diagnosis.Ok($"{configuration.Origin} can be used"), Diagnosis.Ok(WordsOf(configuration.Options.Mode))];
    }

    private static Fix FixOf(Patient patient, Installation installation) => patient.Options.Config is { } file
        ? new Fix($"edit {file}, by deploy/config.yaml")
        : new Fix("edit it, by deploy/config.yaml; a pod that starts with it as it is does not start:", $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}");

    private static string WordsOf(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Enforce => "mode enforce: what a right or a rule stands against is refused",
        EnforcementMode.Warn => "mode warn: what a right or a rule stands against passes as it came, with a warning",
        _ => "mode audit: what a right or a rule stands against passes as it came, and is logged",
    };
}
