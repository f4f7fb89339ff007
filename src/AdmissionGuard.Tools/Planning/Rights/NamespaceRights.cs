using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning.Rights;

/// <summary>The permissions on the namespace itself, which the API server asks for and not the guard.</summary>
/// <param name="reviewer">Asks.</param>
/// <param name="isOfAnother">Whether it is about a user given by --as, which requires a separate permission.</param>
/// <param name="time">The clock.</param>
internal sealed class NamespaceRights(SubjectAccessReviewClient reviewer, bool isOfAnother, TimeProvider time)
{
    /// <summary>Whether the user has a verb on the namespace.</summary>
    /// <returns><see langword="null"/> when it has; else the API server's refusal, word for word.</returns>
    /// <exception cref="PlanException">The answer is unknown.</exception>
    public async Task<string?> RefusalAsync(UserInfo user, string verb, string name, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, ClusterReader.Budget, cancellation);
        // The API server takes a namespace for being inside itself: so does a Role in it.
        var (permission, reason) = await reviewer.AskAsync(
            user, new AccessQuestion("", "v1", "namespaces", verb, name) { Namespace = name }, deadline);
        return permission switch
        {
            Permission.Granted => null,
            Permission.Missing =>
                $"namespaces \"{name}\" is forbidden: User \"{user.Name}\" cannot {verb} resource \"namespaces\" in API group \"\" in the "
                    + $"namespace \"{name}\"{(reason.Length == 0 ? "" : $": {reason}")}",
            Permission.Unknown { Failure: { Kind: ApiFailureKind.Answered, Status: 403 } } when isOfAnother =>
                throw PlanException.Unreachable(
                $"what {user.Name} may do is unknown (the API server answered 403): --as requires permission to create "
                    + "subjectaccessreviews, as in the ClusterRole admissionguard-planner"),
            Permission.Unknown unknown =>
                throw PlanException.Unreachable($"what {user.Name} may do is unknown: {ApiFailureText.ForOperator(unknown.Failure)}"),
            _ => throw new InvalidOperationException($"unknown permission {permission}"),
        };
    }
}
