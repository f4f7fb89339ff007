using System.Collections.Immutable;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Inventories;

/// <summary>Which tenants there are, and what the namespaces say of theirs: for readiness and audits, never for a decision.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
/// <param name="time">The clock.</param>
public sealed class Inventory(ClusterCalls calls, TenantKind kind, TimeProvider time)
{
    private readonly MetadataLists _lists = new(calls, time);

    /// <summary>The UID of every tenant, by its name; none where tenants are not served at all.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The tenants.</returns>
    public async Task<Listing<KeyValuePair<string, string>>> TenantsAsync(CancellationToken cancellation) =>
        await _lists.ListAsync("list-tenants", $"apis/{kind.Group}/{kind.Version}/{kind.Plural}", "", cancellation) switch
        {
            MetadataListing.Listed listed => new([.. listed.Items.Select(item => KeyValuePair.Create(item.Metadata?.Name ?? "", item.Metadata?.Uid ?? ""))], null),
            MetadataListing.Unknown unknown => new([], unknown.Why),
            _ => new([], null),
        };

    /// <summary>What every namespace that is not being deleted says of its tenant, from the API server's cache: it costs etcd nothing.</summary>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The namespaces.</returns>
    public async Task<Listing<KeyValuePair<string, Tenancy>>> NamespacesAsync(CancellationToken cancellation) =>
        await _lists.ListAsync("list-namespaces", "api/v1/namespaces", "&resourceVersion=0", cancellation) switch
        {
            MetadataListing.Listed listed => new([.. Staying(listed.Items).Select(item => KeyValuePair.Create(item.Metadata?.Name ?? "", TenancyOf(item.Metadata)))], null),
            MetadataListing.Unknown unknown => new([], unknown.Why),
            _ => new([], "the API server serves no namespaces"),
        };

    // Of one that goes nothing can be lost any more; deleted with its tenant, it often outlives it.
    private static IEnumerable<ObjectWire> Staying(ImmutableArray<ObjectWire> items) => items.Where(item => item.Metadata?.DeletionTimestamp is null);

    private Tenancy TenancyOf(ObjectMetadataWire? metadata) => new(
        metadata?.Labels?.GetValueOrDefault(kind.LabelKey),
        [
            .. (metadata?.OwnerReferences ?? [])
                .OfType<OwnerReferenceWire>()
                .Select((owner, index) => (Owner: owner, Index: index))
                .Where(each => each.Owner.Kind == kind.Kind && each.Owner.ApiVersion?.StartsWith($"{kind.Group}/", StringComparison.Ordinal) is true)
                .Select(each => new TenantReference(each.Index, each.Owner.ApiVersion ?? "", each.Owner.Name ?? "", each.Owner.Uid ?? "")),
        ]);
}

/// <summary>What a list came to.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">All of them.</param>
/// <param name="Failure">Why nothing is known, in a few words; <see langword="null"/> where the list is whole.</param>
public sealed record Listing<T>(ImmutableArray<T> Items, string? Failure);
