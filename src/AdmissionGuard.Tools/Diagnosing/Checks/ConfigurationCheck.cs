using AdmissionGuard.Core.Policies;
using AdmissionGuard.Server.Configuration;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's configuration can be used, and what it says of the mode.</summary>
internal sealed class ConfigurationCheck : IDoctorCheck
{
    private const int MostTold = 10;

    public string Name => "configuration";

    public string Summary => "The guard's configuration can be used; the mode is told.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (configuration, installation) = (await context.Configuration, await context.Installation);
        if (configuration.Unreadable.Length > 0)
        {
            return [UnreadableResult.Because(configuration.Origin, configuration.Unreadable)];
        }

        IReadOnlyList<CheckResult> unseen = configuration.Unseen is [] ? [] :
            [CheckResult.Unknown($"the environment has more, which is not looked at: {string.Join(", ", configuration.Unseen)}", new Remediation("what they set, say by --set PATH=VALUE"))];
        return configuration.Errors is not []
            ? [.. unseen, .. ConfigurationError.Tell(configuration.Errors, MostTold).Select(error => CheckResult.Failed($"{configuration.Origin}: {error}", FixOf(context, installation)))]
            : [.. unseen, CheckResult.Ok($"{configuration.Origin} can be used"), CheckResult.Ok(WordsOf(configuration.Options.Mode))];
    }

    private static Remediation FixOf(DoctorContext context, Installation installation) => context.Options.Config is { } file
        ? new Remediation($"edit {file}, by deploy/config.yaml")
        : new Remediation("edit it, by deploy/config.yaml; a pod that starts with it as it is does not start:", $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}");

    private static string WordsOf(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Enforce => "mode enforce: what a right or a rule stands against is refused",
        EnforcementMode.Warn => "mode warn: what a right or a rule stands against passes as it came, with a warning",
        _ => "mode audit: what a right or a rule stands against passes as it came, and is logged",
    };
}
