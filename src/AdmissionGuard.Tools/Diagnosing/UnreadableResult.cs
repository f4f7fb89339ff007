using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Says that something could not be read, and what makes it readable.</summary>
internal static class UnreadableResult
{
    private static readonly Remediation Role = new(
        "ask as somebody who is bound to what deploy/base/rbac.yaml has for this",
        "kubectl create clusterrolebinding doctor --clusterrole=admissionguard-doctor --user=<you>",
        "kubectl -n admissionguard-system create rolebinding doctor --role=admissionguard-doctor --user=<you>");

    /// <summary>Of a reading that was none.</summary>
    /// <param name="what">What it was to read, as in "the Deployments of x".</param>
    /// <param name="reading">The reading.</param>
    public static IReadOnlyList<CheckResult> Of<T>(string what, ReadResult<T> reading) => [Because(what, WhyOf(reading))];

    public static CheckResult Because(string what, string why) => CheckResult.Unknown($"{what} could not be read: {why}", Role);

    public static string WhyOf<T>(ReadResult<T> reading) => reading switch
    {
        ReadResult<T>.Failed failed => ReadFailure.WhyOf(failed.Failure),
        ReadResult<T>.NotFound { IsServed: false } => "this API server does not serve them",
        _ => "not there",
    };
}
