using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Reports that something could not be read, and the fix.</summary>
internal static class UnreadableResult
{
    private static readonly Remediation Role = new(
        "run doctor as a user with the doctor role of deploy/base/rbac.yaml",
        "kubectl create clusterrolebinding doctor --clusterrole=admissionguard-doctor --user=<you>",
        "kubectl -n admissionguard-system create rolebinding doctor --role=admissionguard-doctor --user=<you>");

    /// <summary>Of a reading that was none.</summary>
    /// <param name="what">What it was to read, as in "the Deployments of x".</param>
    /// <param name="reading">The reading.</param>
    public static IReadOnlyList<CheckResult> Of<T>(string what, ReadResult<T> reading) => [Because(what, WhyOf(reading))];

    public static CheckResult Because(string what, string why) => CheckResult.Unknown($"{what} could not be read: {why}", Role);

    /// <summary>Of an object that has a field of an unexpected type.</summary>
    public static string InvalidField<T>(TypedObject<T> read) =>
        $"its field {(read as TypedObject<T>.Invalid)?.Path} has an unexpected type";

    public static string WhyOf<T>(ReadResult<T> reading) => UnreadText.WhyOf(reading);
}
