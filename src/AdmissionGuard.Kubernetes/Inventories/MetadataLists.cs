using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Inventories;

/// <summary>Lists the metadata of all objects of a kind.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
internal sealed class MetadataLists(ClusterCalls calls, TimeProvider time)
{
    // A list of thousands takes its time, and nobody waits for it.
    private static readonly TimeSpan PageBudget = TimeSpan.FromSeconds(30);

    private readonly MetadataPages _pages = new(calls);

    /// <summary>Lists them.</summary>
    /// <param name="call">The call's name in metrics.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="query">What the first page is asked with beside the page's size; a later one is of the same list.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The objects, or why there are none.</returns>
    public async Task<MetadataListing> ListAsync(string call, string path, string query, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<ObjectWire>();
        var next = "";
        do
        {
            using var deadline = new Deadline(time, PageBudget, cancellation);
            switch (await _pages.ReadAsync(call, path, query, next, deadline))
            {
                case { List: not null } page:
                    items.AddRange(page.Items);
                    next = page.Next;
                    break;
                case { IsServed: false }:
                    return new MetadataListing.NotServed();
                case var failed:
                    return new MetadataListing.Unknown(failed.Why);
            }
        }
        while (next.Length > 0);

        return new MetadataListing.Listed(items.DrainToImmutable());
    }
}

/// <summary>What a list came to.</summary>
internal abstract record MetadataListing
{
    private MetadataListing()
    {
    }

    /// <summary>It was read whole.</summary>
    public sealed record Listed(ImmutableArray<ObjectWire> Items) : MetadataListing;

    /// <summary>The API server serves no such resource.</summary>
    public sealed record NotServed : MetadataListing;

    /// <summary>Nothing is known.</summary>
    public sealed record Unknown(string Why) : MetadataListing;
}
