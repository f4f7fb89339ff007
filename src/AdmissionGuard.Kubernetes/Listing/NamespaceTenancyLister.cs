using System.Collections.Immutable;
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
    public async Task<ListResult<KeyValuePair<string, string>>> TenantsAsync(CancellationToken cancellation) =>
        await _lists.ListAsync(ApiCall.ListTenants, $"apis/{kind.Group}/{kind.Version}/{kind.Plural}", kind.Kind, static each => KeyValuePair.Create(each.Name ?? "", each.Uid ?? ""), cancellation) switch
        {
            MetadataListing<KeyValuePair<string, string>>.Listed listed => new(listed.Items, null),
            MetadataListing<KeyValuePair<string, string>>.Unknown unknown => new([], unknown.Why),
            _ => new([], null),
        };

    /// <summary>What every namespace that is not being deleted says of its tenant.</summary>
    /// <remarks>
    /// From etcd, page by page: from its cache the API server sends all namespaces in one response, and ignores the limit,
    /// and people choose how large they are.
    /// </remarks>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The namespaces.</returns>
    public async Task<ListResult<KeyValuePair<string, Tenancy>>> NamespacesAsync(CancellationToken cancellation) =>
        await _lists.ListAsync(ApiCall.ListNamespaces, "api/v1/namespaces", "Namespace", Kept, cancellation) switch
        {
            // A namespace that is being deleted can't be lost any more; if it is deleted with its tenant, it often outlives the tenant.
            MetadataListing<KeyValuePair<string, Tenancy>?>.Listed listed => new([.. listed.Items.OfType<KeyValuePair<string, Tenancy>>()], null),
            MetadataListing<KeyValuePair<string, Tenancy>?>.Unknown unknown => new([], unknown.Why),
            _ => new([], "the API server does not serve namespaces"),
        };

    private KeyValuePair<string, Tenancy>? Kept(ObjectMetadataDto metadata) =>
        metadata.DeletionTimestamp is null ? KeyValuePair.Create(metadata.Name ?? "", TenancyOf(metadata)) : null;

    private Tenancy TenancyOf(ObjectMetadataDto metadata) => new(
        metadata.Labels?.GetValueOrDefault(kind.LabelKey),
        [
            .. (metadata.OwnerReferences ?? [])
                .OfType<OwnerReferenceDto>()
                .Select((owner, index) => (Owner: owner, Index: index))
                .Where(each => each.Owner.Kind == kind.Kind && each.Owner.ApiVersion?.StartsWith($"{kind.Group}/", StringComparison.Ordinal) is true)
                .Select(each => new TenantReference(each.Index, each.Owner.ApiVersion ?? "", each.Owner.Name ?? "", each.Owner.Uid ?? "")),
        ]);
}

/// <summary>The result of listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">All of them.</param>
/// <param name="Failure">Why nothing is known, in short; <see langword="null"/> if the list is whole.</param>
public sealed record ListResult<T>(ImmutableArray<T> Items, string? Failure);
