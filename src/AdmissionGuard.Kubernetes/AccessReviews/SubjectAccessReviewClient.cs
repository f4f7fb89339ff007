using System.Net;
using System.Text.Json;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.Client;

namespace AdmissionGuard.Kubernetes.AccessReviews;

/// <summary>Sends access reviews to the cluster's authorizer.</summary>
/// <param name="calls">Sends the requests.</param>
/// <param name="isOfOneself">Whether it asks by SelfSubjectAccessReview, which everyone may, about the user of the connection.</param>
public sealed class SubjectAccessReviewClient(ApiServerClient calls, bool isOfOneself = false)
{
    private const string ApiVersion = "authorization.k8s.io/v1";

    private readonly string _kind = isOfOneself ? "SelfSubjectAccessReview" : "SubjectAccessReview";
    private readonly string _path = $"apis/{ApiVersion}/{(isOfOneself ? "selfsubjectaccessreviews" : "subjectaccessreviews")}";

    /// <summary>Asks one question.</summary>
    /// <param name="user">Whom it is about.</param>
    /// <param name="question">The question.</param>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>The answer; failures of the cluster never throw.</returns>
    public Task<AccessAnswer> AskAsync(UserInfo user, AccessQuestion question, Deadline deadline) => calls.SendAsync(
        ApiCall.AccessReview,
        root => new HttpRequestMessage(HttpMethod.Post, new Uri(root, _path)) { Content = Body(user, question) },
        ReadAsync,
        static failure => new AccessAnswer(new Permission.Unknown(failure), ""),
        deadline);

    private ByteArrayContent Body(UserInfo user, AccessQuestion question)
    {
        var attributes = new ResourceAttributesDto(
            question.Group,
            question.Version,
            question.Resource,
            question.Verb,
            question.Name,
            question.Namespace.Length == 0 ? null : question.Namespace);
        var spec = isOfOneself
            ? new AccessReviewSpecDto(User: null, Uid: null, Groups: null, Extra: null, attributes)
            : new AccessReviewSpecDto(
                user.Name,
                user.Uid.Length == 0 ? null : user.Uid,
                user.Groups,
                user.Extra.IsEmpty
                    ? null
                    : user.Extra.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal),
                attributes);
        return JsonBody.Of(new AccessReviewDto(ApiVersion, _kind, spec, Status: null), KubernetesJsonContext.Default.AccessReviewDto);
    }

    private async Task<AccessAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK))
        {
            return new AccessAnswer(new Permission.Unknown(ApiFailure.Answered((int)response.StatusCode)), "");
        }

        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var review = await JsonSerializer.DeserializeAsync(body, KubernetesJsonContext.Default.AccessReviewDto, cancellation);
        if (review is not { Status: { } status } || review.Kind != _kind)
        {
            return new AccessAnswer(new Permission.Unknown(new ApiFailure(ApiFailureKind.OtherObject)), "");
        }

        Permission permission = status switch
        {
            { Allowed: true, Denied: false } => new Permission.Granted(),
            // An authorizer with an evaluation error did not deny.
            { Denied: false, EvaluationError.Length: > 0 } => new Permission.Unknown(new ApiFailure(ApiFailureKind.Undecided)),
            _ => new Permission.Missing(),
        };
        return new AccessAnswer(permission, status.Reason ?? "");
    }
}

/// <summary>What may be done to which object.</summary>
/// <param name="Group">Its API group; empty for the core's.</param>
/// <param name="Version">Its version.</param>
/// <param name="Resource">Its plural.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Name">Its name; goes into a body, never into a path.</param>
public sealed record AccessQuestion(string Group, string Version, string Resource, string Verb, string Name)
{
    /// <summary>The namespace it is asked in; empty for the whole cluster.</summary>
    public string Namespace { get; init; } = "";
}

/// <summary>An authorizer's answer, and its reason.</summary>
/// <param name="Permission">The answer.</param>
/// <param name="Reason">Why; often empty.</param>
public readonly record struct AccessAnswer(Permission Permission, string Reason);
