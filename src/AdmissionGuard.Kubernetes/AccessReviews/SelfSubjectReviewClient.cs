using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.AccessReviews;

/// <summary>Asks the API server for the user of the connection.</summary>
/// <param name="calls">Sends the requests.</param>
public sealed class SelfSubjectReviewClient(ApiServerClient calls)
{
    // Served from 1.26 on, by default from 1.27 on, as v1 from 1.28 on.
    private static readonly ImmutableArray<string> Versions = ["v1", "v1beta1", "v1alpha1"];

    /// <summary>Asks.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The user; not found if the API server does not serve the review. Failures of the cluster never throw.</returns>
    public async Task<ReadResult<UserInfo>> AskAsync(Deadline deadline)
    {
        foreach (var version in Versions)
        {
            if (await AskAsync($"authentication.k8s.io/{version}", deadline) is not ReadResult<UserInfo>.NotFound and var identity)
            {
                return identity;
            }
        }

        return new ReadResult<UserInfo>.NotFound(IsServed: false);
    }

    private Task<ReadResult<UserInfo>> AskAsync(string apiVersion, Deadline deadline) => calls.ReadAsync(
        ApiCall.SelfReview,
        root => new HttpRequestMessage(HttpMethod.Post, new Uri(root, $"apis/{apiVersion}/selfsubjectreviews"))
        {
            Content = JsonBody.Of(
                new SelfReviewDto(apiVersion, "SelfSubjectReview", Status: null), KubernetesJsonContext.Default.SelfReviewDto),
        },
        ReadAsync,
        deadline);

    private static async Task<ReadResult<UserInfo>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound:
                return new ReadResult<UserInfo>.NotFound(IsServed: false);
            case HttpStatusCode.Created or HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var review = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.SelfReviewDto, cancellation);
                    return review is { Kind: "SelfSubjectReview", Status.UserInfo: { Username.Length: > 0 } user }
                        ? new ReadResult<UserInfo>.Found(ToUserInfo(user))
                        : new ReadResult<UserInfo>.Failed(new ApiFailure(ApiFailureKind.OtherObject));
                }

            default:
                return new ReadResult<UserInfo>.Failed(ApiFailure.Answered((int)response.StatusCode));
        }
    }

    private static UserInfo ToUserInfo(UserInfoDto user) => new(
        user.Username ?? "",
        user.Uid ?? "",
        [.. user.Groups ?? []],
        [
            .. (user.Extra ?? ImmutableDictionary<string, IReadOnlyList<string>>.Empty).Select(
                pair => KeyValuePair.Create<string, ImmutableArray<string>>(pair.Key, [.. pair.Value])),
        ]);
}
