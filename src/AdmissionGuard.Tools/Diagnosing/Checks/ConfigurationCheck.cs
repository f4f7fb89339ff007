using AdmissionGuard.Core.Policies;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Whether the guard's configuration is valid, and its mode.</summary>
internal sealed class ConfigurationCheck : IDoctorCheck
{
    private const int MaxReported = 10;

    public string Name => "configuration";

    public string Summary => "The guard's configuration is valid. The mode is reported.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (configuration, installation) = (await context.Configuration, await context.Installation);
        if (configuration.Failed is { } failed)
        {
            return await UnreadableResult.OfAsync(context, configuration.Origin, failed);
        }

        IReadOnlyList<CheckResult> unseen = configuration.Unseen is [] ? [] :
            [
                CheckResult.Unknown(
                    $"settings in the environment are not checked: {string.Join(", ", configuration.Unseen)}",
                    new Remediation("give their values by --set PATH=VALUE")),
            ];
        return configuration.Errors is not []
            ? [
                .. unseen,
                .. configuration.Errors.Take(MaxReported).Select(error => CheckResult.Failed(
                    $"{configuration.Origin}: {error}", FixOf(context, configuration, installation, error.Where))),
                .. configuration.Errors.Length > MaxReported
                    ? [
                        CheckResult.Failed(
                            $"{configuration.Origin}: and {configuration.Errors.Length - MaxReported} more",
                            new Remediation("fix those first, and run doctor again")),
                    ]
                    : Array.Empty<CheckResult>(),
            ]
            : [.. unseen, CheckResult.Ok($"{configuration.Origin} is valid"), CheckResult.Ok(WordsOf(configuration.Options.Mode))];
    }

    private static Remediation FixOf(
        DoctorContext context, GuardConfiguration configuration, Installation installation, string where) =>
        IsOfDeployment(where) ? new Remediation(
            "edit the arguments and variables of its container. A new pod does not start with this configuration:",
            $"kubectl -n {installation.Namespace} edit deployment {installation.Name}")
        : context.Options.Config is { } file ? new Remediation($"edit {file}; see deploy/config.yaml")
        : configuration.IsMissing ? Restoration.Of(
            installation,
            installation.HelmRelease is null ? "apply your overlay again, with your configuration; for the defaults" : "restore it",
            "kubectl apply -f deploy/base/configmap.yaml")
        : installation.HelmRelease is not null ? new Remediation(
            "correct the value `configuration` and upgrade the release. A new pod does not start with this configuration; until then:",
            $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}")
        : new Remediation(
            "edit it; see deploy/config.yaml. A new pod does not start with this configuration:",
            $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}");

    private static bool IsOfDeployment(string where) =>
        where.StartsWith("--set", StringComparison.Ordinal)
        || where.StartsWith(ConfigurationReader.EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);

    private static string WordsOf(EnforcementMode mode) => mode switch
    {
        EnforcementMode.Enforce => "mode enforce: requests that lack a permission or break a rule are denied",
        EnforcementMode.Warn => "mode warn: requests that enforce would deny are admitted unmodified, with a warning",
        _ => "mode audit: requests that enforce would deny are admitted unmodified, and logged",
    };
}
