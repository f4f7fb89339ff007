using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.AccessReviews;

/// <summary>Asks the cluster's own authorizer about tenants.</summary>
/// <param name="reviewer">Asks.</param>
/// <param name="kind">What a tenant is.</param>
public sealed class ClusterAuthorizer(SubjectAccessReviewClient reviewer, TenantKind kind) : IAuthorizer
{
    /// <summary>Asks by SubjectAccessReview.</summary>
    /// <param name="calls">Sends the requests.</param>
    /// <param name="kind">What a tenant is.</param>
    public ClusterAuthorizer(ApiServerClient calls, TenantKind kind)
        : this(new SubjectAccessReviewClient(calls), kind)
    {
    }

    /// <inheritdoc />
    public async Task<Permission> AskAsync(UserInfo user, string verb, string tenant, Deadline deadline) =>
        (await reviewer.AskAsync(user, new AccessQuestion(kind.Group, kind.Version, kind.Plural, verb, tenant), deadline)).Permission;
}
