using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Inventories;

/// <summary>Lists the metadata of all objects of a kind, page by page; their specs stay where they are.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
internal sealed class MetadataLists(ClusterCalls calls, TimeProvider time)
{
    private const int PageSize = 500;

    // A list of thousands takes its time, and nobody waits for it.
    private static readonly TimeSpan PageBudget = TimeSpan.FromSeconds(30);

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
            var where = $"{path}?limit={PageSize}{(next.Length == 0 ? query : $"&continue={Uri.EscapeDataString(next)}")}";
            switch (await calls.SendAsync(call, root => Request(new Uri(root, where)), ReadAsync, static why => new Page(null, false, why), deadline))
            {
                case { List: { } list }:
                    // No reader of JSON keeps null out of a list.
                    items.AddRange((list.Items ?? []).OfType<ObjectWire>());
                    next = list.Metadata?.Continue ?? "";
                    break;
                case { IsServed: false, Why: "" }:
                    return new MetadataListing.NotServed();
                case var failed:
                    return new MetadataListing.Unknown(failed.Why);
            }
        }
        while (next.Length > 0);

        return new MetadataListing.Listed(items.DrainToImmutable());
    }

    private static HttpRequestMessage Request(Uri where)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, where);
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json");
        return request;
    }

    private static async Task<Page> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var list = await JsonSerializer.DeserializeAsync(body, Wire.Default.ObjectListWire, cancellation);
                    return list?.Kind?.EndsWith("List", StringComparison.Ordinal) is true ? new Page(list, true, "") : new Page(null, true, "the API server answered with another object");
                }

            // Of a list it can't mean that one object is away.
            case HttpStatusCode.NotFound:
                return new Page(null, false, "");
            default:
                return new Page(null, true, $"the API server answered {(int)response.StatusCode} to the guard");
        }
    }

    private readonly record struct Page(ObjectListWire? List, bool IsServed, string Why);
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
