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

    // By so much smaller is a page that was too large: people choose how much metadata an object has, up to 1.5 MiB.
    private const int Shrinking = 8;

    // A list of thousands takes its time, and nobody waits for it.
    private static readonly TimeSpan PageBudget = TimeSpan.FromSeconds(30);

    /// <summary>Lists them. No more than one page is held at a time, beside what is made of the objects.</summary>
    /// <typeparam name="T">What is made of an object.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="kind">The kind of the objects.</param>
    /// <param name="make">Makes of an object what is kept of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was made of the objects, or why there is nothing.</returns>
    public async Task<MetadataListing<T>> ListAsync<T>(ApiCall call, string path, string kind, Func<ObjectMetadataWire, T> make, CancellationToken cancellation)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var (next, size) = ("", PageSize);
        while (true)
        {
            var where = $"{path}?limit={size}{(next.Length == 0 ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
            switch (await PageAsync(call, where, kind, cancellation))
            {
                case { List: { } list }:
                    // No reader of JSON keeps null out of a list.
                    items.AddRange((list.Items ?? []).Select(item => item?.Metadata).OfType<ObjectMetadataWire>().Select(make));
                    next = list.Metadata?.Continue ?? "";
                    if (next.Length == 0)
                    {
                        return new MetadataListing<T>.Listed(items.DrainToImmutable());
                    }

                    break;
                case { IsTooLarge: true } when size > 1:
                    size = Math.Max(1, size / Shrinking);
                    break;
                case { IsServed: false }:
                    return new MetadataListing<T>.NotServed();
                case var failed:
                    return new MetadataListing<T>.Unknown(failed.Why);
            }
        }
    }

    private async Task<Page> PageAsync(ApiCall call, string where, string kind, CancellationToken cancellation)
    {
        using var deadline = new Deadline(time, PageBudget, cancellation);
        return await calls.SendAsync(
            call,
            root => Request(new Uri(root, where)),
            (response, reading) => ReadAsync(response, kind, reading),
            static failure => new Page(List: null, failure.Words) { IsTooLarge = failure.Kind is ApiFailureKind.TooLarge },
            deadline);
    }

    private static HttpRequestMessage Request(Uri where)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, where);
        request.Headers.TryAddWithoutValidation("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json");
        return request;
    }

    private static async Task<Page> ReadAsync(HttpResponseMessage response, string kind, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var list = await JsonSerializer.DeserializeAsync(body, Wire.Default.ObjectListWire, cancellation);
                    return list?.Kind == "PartialObjectMetadataList" || list?.Kind == $"{kind}List" ? new Page(list, "") : new Page(List: null, "the API server answered with another object");
                }

            // Of a list it can't mean that one object is away.
            case HttpStatusCode.NotFound:
                return new Page(List: null, "") { IsServed = false };
            default:
                return new Page(List: null, $"the API server answered {(int)response.StatusCode} to the guard");
        }
    }

    private sealed record Page(ObjectListWire? List, string Why)
    {
        public bool IsServed { get; init; } = true;

        public bool IsTooLarge { get; init; }
    }
}

/// <summary>What a list came to.</summary>
/// <typeparam name="T">What was made of an object.</typeparam>
internal abstract record MetadataListing<T>
{
    private MetadataListing()
    {
    }

    /// <summary>It was read whole.</summary>
    public sealed record Listed(ImmutableArray<T> Items) : MetadataListing<T>;

    /// <summary>The API server serves no such resource.</summary>
    public sealed record NotServed : MetadataListing<T>;

    /// <summary>Nothing is known.</summary>
    public sealed record Unknown(string Why) : MetadataListing<T>;
}
