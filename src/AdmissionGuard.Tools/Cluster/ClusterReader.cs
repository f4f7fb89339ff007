using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Reads objects of the cluster, by GET and nothing else.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="time">The clock.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class ClusterReader(ApiServerClient calls, TimeProvider time, CancellationToken cancellation)
{
    /// <summary>How long the requests of a command may take together: only each of them is limited, by <c>--request-timeout</c>.</summary>
    public static readonly TimeSpan Budget = Deadline.Longest;

    private const int PageSize = 500;

    // A page of whole objects; a command has its machine's memory.
    private static readonly ApiCall Get = ApiCall.Read("plan-get") with { MaxAnswerBytes = 256 << 20 };

    /// <summary>Reads one object.</summary>
    /// <param name="path">Its path, from the API server's root.</param>
    public async Task<ReadResult<JsonObject>> GetAsync(string path)
    {
        using var deadline = new Deadline(time, Budget, cancellation);
        return await calls.ReadAsync(
            Get,
            root => new HttpRequestMessage(HttpMethod.Get, new Uri(root, path)),
            ReadAsync,
            deadline);
    }

    /// <summary>Reads a list whole, page by page.</summary>
    /// <param name="path">Its path, from the API server's root.</param>
    /// <param name="selector">Which of it, as in <c>fieldSelector=metadata.name%3Dgas</c>; empty for all.</param>
    public async Task<ReadResult<IReadOnlyList<JsonNode>>> ListAsync(string path, string selector = "")
    {
        var (items, next) = (new List<JsonNode>(), "");
        do
        {
            var selected = selector.Length == 0 ? "" : $"&{selector}";
            var continued = next.Length == 0 ? "" : $"&continue={Uri.EscapeDataString(next)}";
            switch (await GetAsync($"{path}?limit={PageSize}{selected}{continued}"))
            {
                case ReadResult<JsonObject>.Found page:
                    items.AddRange(page.Value.At("items").Items());
                    next = page.Value.At("metadata", "continue").Text() ?? "";
                    break;
                case ReadResult<JsonObject>.NotFound absent:
                    return new ReadResult<IReadOnlyList<JsonNode>>.NotFound(absent.IsServed);
                case ReadResult<JsonObject>.Failed failed:
                    return new ReadResult<IReadOnlyList<JsonNode>>.Failed(failed.Failure);
            }
        }
        while (next.Length > 0);
        return new ReadResult<IReadOnlyList<JsonNode>>.Found(items);
    }

    private static async Task<ReadResult<JsonObject>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return await ParseAsync(response, cancellation) is { } read
                    ? new ReadResult<JsonObject>.Found(read)
                    : new ReadResult<JsonObject>.Failed(new ApiFailure(ApiFailureKind.OtherObject));
            case HttpStatusCode.NotFound:
                // Of a kind that is not served, the answer names no object.
                return new ReadResult<JsonObject>.NotFound(await NamesAnObjectAsync(response, cancellation));
            default:
                return new ReadResult<JsonObject>.Failed(ApiFailure.Answered((int)response.StatusCode));
        }
    }

    private static async Task<bool> NamesAnObjectAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return (await ParseAsync(response, cancellation)).At("details", "name").Text() is { Length: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task<JsonObject?> ParseAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        // Which is in memory already.
        return StrictJson.Parse(await response.Content.ReadAsByteArrayAsync(cancellation)) as JsonObject;
    }
}
