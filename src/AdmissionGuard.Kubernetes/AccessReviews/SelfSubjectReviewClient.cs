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
    /// <returns>The user; failures of the cluster never throw.</returns>
    public async Task<Identity> AskAsync(Deadline deadline)
    {
        foreach (var version in Versions)
        {
            if (await AskAsync($"authentication.k8s.io/{version}", deadline) is not Identity.NotServed and var identity)
            {
                return identity;
            }
        }

        return new Identity.NotServed();
    }

    private Task<Identity> AskAsync(string apiVersion, Deadline deadline) => calls.SendAsync(
        ApiCall.SelfReview,
        root => new HttpRequestMessage(HttpMethod.Post, new Uri(root, $"apis/{apiVersion}/selfsubjectreviews"))
        {
            Content = JsonBody.Of(new SelfReviewDto(apiVersion, "SelfSubjectReview", Status: null), KubernetesJsonContext.Default.SelfReviewDto),
        },
        ReadAsync,
        static failure => new Identity.Unknown(failure.Words),
        deadline);

    private static async Task<Identity> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound:
                return new Identity.NotServed();
            case HttpStatusCode.Created or HttpStatusCode.OK:
                using (var body = await response.Content.ReadAsStreamAsync(cancellation))
                {
                    var review = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.SelfReviewDto, cancellation);
                    return review is { Kind: "SelfSubjectReview", Status.UserInfo: { Username.Length: > 0 } user }
                        ? new Identity.Known(ToUserInfo(user))
                        : new Identity.Unknown("the API server returned an unexpected object");
                }

            default:
                return new Identity.Unknown($"the API server answered {(int)response.StatusCode}");
        }
    }

    private static UserInfo ToUserInfo(UserInfoDto user) => new(
        user.Username ?? "",
        user.Uid ?? "",
        [.. user.Groups ?? []],
        [.. (user.Extra ?? ImmutableDictionary<string, IReadOnlyList<string>>.Empty).Select(pair => KeyValuePair.Create<string, ImmutableArray<string>>(pair.Key, [.. pair.Value]))]);
}

/// <summary>The result of a SelfSubjectReview.</summary>
public abstract record Identity
{
    private Identity()
    {
    }

    /// <summary>The user is known.</summary>
    /// <param name="User">The user.</param>
    public sealed record Known(UserInfo User) : Identity;

    /// <summary>The API server does not serve it.</summary>
    public sealed record NotServed : Identity;

    /// <summary>It failed.</summary>
    /// <param name="Why">A short description of the failure.</param>
    public sealed record Unknown(string Why) : Identity;
}
