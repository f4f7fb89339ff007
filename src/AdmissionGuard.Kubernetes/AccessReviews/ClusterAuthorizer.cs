using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.AccessReviews;

/// <summary>Asks the cluster's own authorizer by SubjectAccessReview.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="kind">What a tenant is.</param>
public sealed class ClusterAuthorizer(ClusterCalls calls, TenantKind kind) : IAuthorizer
{
    private const string ApiVersion = "authorization.k8s.io/v1";
    private const string Kind = "SubjectAccessReview";

    /// <inheritdoc />
    public Task<Permission> AskAsync(Requester user, string verb, string tenant, Deadline deadline) => calls.SendAsync(
        "access-review",
        root => new HttpRequestMessage(HttpMethod.Post, new Uri(root, $"apis/{ApiVersion}/subjectaccessreviews")) { Content = Body(user, verb, tenant) },
        ReadAsync,
        static why => new Permission.Unknown(why),
        deadline);

    private ByteArrayContent Body(Requester user, string verb, string tenant)
    {
        var review = new AccessReviewWire(
            ApiVersion,
            Kind,
            new AccessReviewSpecWire(
                user.Name,
                user.Uid.Length == 0 ? null : user.Uid,
                user.Groups,
                user.Extra.IsEmpty ? null : user.Extra.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal),
                new ResourceAttributesWire(kind.Group, kind.Version, kind.Plural, verb, tenant)),
            Status: null);
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(review, Wire.Default.AccessReviewWire));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static async Task<Permission> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK))
        {
            return new Permission.Unknown($"the API server answered {(int)response.StatusCode} to the guard");
        }

        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var review = await JsonSerializer.DeserializeAsync(body, Wire.Default.AccessReviewWire, cancellation);
        return review switch
        {
            { Kind: Kind, Status: { Allowed: true, Denied: false } } => new Permission.Granted(),
            // An authorizer that could not look everywhere has not said no.
            { Kind: Kind, Status: { Denied: false, EvaluationError.Length: > 0 } } => new Permission.Unknown("the authorizer could not decide"),
            { Kind: Kind, Status: not null } => new Permission.Missing(),
            _ => new Permission.Unknown("the API server answered with another object"),
        };
    }
}
