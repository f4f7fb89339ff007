using System.Collections.Immutable;
using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Listing;

/// <summary>Lists tenants, and the tenancies of namespaces: for readiness and scans, never for a decision.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
/// <param name="time">The clock.</param>
public sealed class NamespaceTenancyLister(ApiServerClient calls, TenantKind kind, TimeProvider time)
{
    private readonly MetadataLists _lists = new(calls, time);

    /// <summary>The UID of every tenant, by its name; none where tenants are not served at all.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tenants.</returns>
    public async Task<ReadResult<ImmutableArray<KeyValuePair<string, string>>>> TenantsAsync(CancellationToken cancellation)
    {
        var tenants = await _lists.ListAsync(
            ApiCall.ListTenants,
            kind.Path,
            kind.Kind,
            static each => KeyValuePair.Create(each.Name ?? "", each.Uid ?? ""),
            cancellation);
        return tenants is ReadResult<ImmutableArray<KeyValuePair<string, string>>>.NotFound
            ? new ReadResult<ImmutableArray<KeyValuePair<string, string>>>.Found([])
            : tenants;
    }

    /// <summary>What every namespace that is not being deleted says of its tenant.</summary>
    /// <remarks>
    /// From etcd, page by page: from its cache the API server sends all namespaces in one response, and ignores the limit,
    /// and people choose how large they are.
    /// </remarks>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The namespaces.</returns>
    public async Task<ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>> NamespacesAsync(CancellationToken cancellation) =>
        await _lists.ListAsync(ApiCall.ListNamespaces, "api/v1/namespaces", "Namespace", Kept, cancellation) switch
        {
            // A namespace that is being deleted can't be lost any more; if it is deleted with its tenant, it often outlives the tenant.
            ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>?>>.Found { Value: var all } =>
                new ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>.Found([.. all.OfType<KeyValuePair<string, Tenancy>>()]),
            ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>?>>.Failed { Failure: var failure } =>
                new ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>.Failed(failure),
            // Every API server serves namespaces, so another server answered.
            _ => new ReadResult<ImmutableArray<KeyValuePair<string, Tenancy>>>.Failed(ApiFailure.Answered((int)HttpStatusCode.NotFound)),
        };

    private KeyValuePair<string, Tenancy>? Kept(ObjectMetadataDto metadata) =>
        metadata.DeletionTimestamp is null ? KeyValuePair.Create(metadata.Name ?? "", TenancyOf(metadata)) : null;

    private Tenancy TenancyOf(ObjectMetadataDto metadata) => new(
        metadata.Labels?.GetValueOrDefault(kind.LabelKey),
        kind.ReferencesIn((metadata.OwnerReferences ?? []).OfType<OwnerReferenceDto>()
            .Select(static owner => new OwnerReference(owner.ApiVersion ?? "", owner.Kind ?? "", owner.Name ?? "", owner.Uid ?? ""))));
}
