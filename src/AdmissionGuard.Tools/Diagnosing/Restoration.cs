using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>How objects of an installation are restored: with Helm if Helm installed it, otherwise with kubectl.</summary>
internal static class Restoration
{
    /// <param name="installation">The installation.</param>
    /// <param name="message">What is done, without a colon, as in "restore the Service".</param>
    /// <param name="kubectl">The commands without Helm, from the root of the repository.</param>
    public static Remediation Of(Installation installation, string message, params IReadOnlyList<string> kubectl) =>
        installation.HelmRelease is null
            ? new Remediation($"{message}:", kubectl)
            : new Remediation($"{message} with Helm:", Upgrade(installation));

    /// <summary>How a part of the installation is turned on.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="component">The folder in <c>deploy/components</c>.</param>
    /// <param name="value">The chart's value, as in <c>backstop.enabled=true</c>.</param>
    /// <param name="kubectl">The commands that add it without an overlay.</param>
    public static Remediation Adding(Installation installation, string component, string value, params IReadOnlyList<string> kubectl) =>
        installation.HelmRelease is null
            ? new Remediation(
                $"add the component deploy/components/{component} to your overlay{(kubectl is [] ? "" : "; until then:")}", kubectl)
            : new Remediation("enable it with Helm:", $"{Upgrade(installation)} --set {value}");

    private static string Upgrade(Installation installation) =>
        $"helm upgrade {installation.HelmRelease} deploy/chart --namespace {installation.Namespace} --reset-then-reuse-values";
}
