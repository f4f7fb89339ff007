using System.Security.Cryptography;
using System.Text;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Migrators;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Reports that something could not be read, and the fix, which depends on the cause.</summary>
internal static class UnreadableResult
{
    /// <summary>Of a reading that was none.</summary>
    /// <param name="context">The cluster.</param>
    /// <param name="what">What it was to read, as in "the Deployments of x".</param>
    /// <param name="reading">The reading.</param>
    public static async Task<IReadOnlyList<CheckResult>> OfAsync<T>(DoctorContext context, string what, ReadResult<T> reading) =>
        [CheckResult.Unknown($"{what} could not be read: {UnreadText.WhyOf(reading)}", await FixOfAsync(context, reading))];

    /// <summary>Of a question that was not answered.</summary>
    /// <param name="context">The cluster.</param>
    /// <param name="what">What was asked, as in "what x may do".</param>
    /// <param name="failure">The failure.</param>
    public static async Task<CheckResult> OfAsync(DoctorContext context, string what, ApiFailure failure) => CheckResult.Unknown(
        $"{what} could not be read: {ApiFailureText.ForReader(failure)}", await FixOfAsync(context, failure));

    /// <summary>Of an object that has a field of an unexpected type.</summary>
    public static string InvalidField<T>(TypedObject<T> read) =>
        $"its field {(read as TypedObject<T>.Invalid)?.Path} has an unexpected type";

    /// <summary>Binds ClusterRoles, and Roles of the guard's namespace, to the user of the connection.</summary>
    /// <param name="context">The cluster.</param>
    /// <param name="message">What is granted.</param>
    /// <param name="clusterRole">The ClusterRole.</param>
    /// <param name="role">The Role; <see langword="null"/> for none.</param>
    public static async Task<Remediation> BindAsync(DoctorContext context, string message, string clusterRole, string? role = null)
    {
        // Before Kubernetes 1.27 the API server does not say who asks.
        if (await context.Caller is not ReadResult<UserInfo>.Found { Value.Name: var user })
        {
            return new Remediation($"{message}, as deploy/base/rbac.yaml shows");
        }

        // One binding for each user.
        var suffix = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 4));
        var subject = ShellQuoting.Quote(
            user.StartsWith(RbacSubject.ServiceAccountPrefix, StringComparison.Ordinal)
                ? $"--serviceaccount={user[RbacSubject.ServiceAccountPrefix.Length..]}"
                : $"--user={user}");
        List<string> commands = [$"kubectl create clusterrolebinding {clusterRole}-{suffix} --clusterrole={clusterRole} {subject}"];
        if (role is not null)
        {
            commands.Add($"kubectl -n {context.Options.Namespace} create rolebinding {role}-{suffix} --role={role} {subject}");
        }

        return new Remediation($"{message}:", commands);
    }

    private static Task<Remediation> FixOfAsync<T>(DoctorContext context, ReadResult<T> reading) => reading switch
    {
        ReadResult<T>.Failed failed => FixOfAsync(context, failed.Failure),
        ReadResult<T>.NotFound { IsServed: false } =>
            Task.FromResult(new Remediation("enable this API in the API server, or upgrade the control plane")),
        _ => Task.FromResult(new Remediation("install the guard, see deploy/docs/installing.md")),
    };

    private static async Task<Remediation> FixOfAsync(DoctorContext context, ApiFailure failure) => failure switch
    {
        { Kind: ApiFailureKind.Answered, Status: 403 } => await RoleAsync(context),
        { Kind: ApiFailureKind.Answered, Status: 401 } or { Kind: ApiFailureKind.Credentials } =>
            new Remediation("log in again, or choose other credentials with --kubeconfig and --context"),
        _ => new Remediation("run doctor again; if it fails again, see the API server's log"),
    };

    private static Task<Remediation> RoleAsync(DoctorContext context) => BindAsync(
        context,
        "apply the roles of this version, and bind the ClusterRole and the Role admissionguard-doctor to your user",
        "admissionguard-doctor",
        "admissionguard-doctor");
}
