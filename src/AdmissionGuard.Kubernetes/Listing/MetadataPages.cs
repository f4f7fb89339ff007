using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.Listing;

/// <summary>Reads a list of objects page by page, and of each its metadata alone; the specs stay where they are.</summary>
/// <param name="calls">Sends the requests.</param>
internal sealed class MetadataPages(ApiServerClient calls)
{
    private const string MetadataAlone = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

    /// <summary>The maximum number of objects of one page.</summary>
    public const int Size = 500;

    /// <summary>Reads one page.</summary>
    /// <param name="call">The call.</param>
    /// <param name="path">The list's path.</param>
    /// <param name="kind">The kind of the objects.</param>
    /// <param name="size">The maximum number of objects that the page has, 1 or more.</param>
    /// <param name="next">Where the page before said that this one begins; empty for the first.</param>
    /// <param name="deadline">The deadline for the result.</param>
    public Task<ReadResult<MetadataPage>> ReadAsync(ApiCall call, string path, string kind, int size, string next, Deadline deadline)
    {
        var where = $"{path}?limit={size}{(next.Length == 0 ? "" : $"&continue={Uri.EscapeDataString(next)}")}";
        return calls.ReadAsync(
            call,
            root => Request(new Uri(root, where)),
            (response, cancellation) => ReadAsync(response, kind, cancellation),
            deadline);
    }

    private static HttpRequestMessage Request(Uri where)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, where);
        request.Headers.TryAddWithoutValidation("Accept", MetadataAlone);
        return request;
    }

    private static async Task<ReadResult<MetadataPage>> ReadAsync(HttpResponseMessage response, string kind, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var list = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.ObjectListDto, cancellation);
                    return list is not null && (list.Kind == "PartialObjectMetadataList" || list.Kind == $"{kind}List")
                        ? new ReadResult<MetadataPage>.Found(new MetadataPage(list))
                        : new ReadResult<MetadataPage>.Failed(new ApiFailure(ApiFailureKind.OtherObject));
                }

            // For a list it can't mean that one object is missing.
            case HttpStatusCode.NotFound:
                return new ReadResult<MetadataPage>.NotFound(IsServed: false);
            default:
                return new ReadResult<MetadataPage>.Failed(ApiFailure.Answered((int)response.StatusCode));
        }
    }
}

/// <summary>One page of a list.</summary>
/// <param name="List">The page.</param>
internal readonly record struct MetadataPage(ObjectListDto List)
{
    /// <summary>The objects' metadata; no reader of JSON keeps null out of a list.</summary>
    public IEnumerable<ObjectMetadataDto> Items => (List.Items ?? []).Select(static item => item?.Metadata).OfType<ObjectMetadataDto>();

    /// <summary>Where the next page begins; empty on the last.</summary>
    public string Next => List.Metadata?.Continue ?? "";
}
