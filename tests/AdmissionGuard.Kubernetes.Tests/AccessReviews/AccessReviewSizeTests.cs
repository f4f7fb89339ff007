using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Kubernetes.Tests.AccessReviews;

/// <summary>An API server that took a user's groups in headers takes them in an access review too.</summary>
public sealed class AccessReviewSizeTests
{
    private const int HeaderBytes = 1024 * 1024;

    /// <summary>The largest request body of an API server: apiserver <c>pkg/server/config.go</c>, MaxRequestBodyBytes.</summary>
    private const int MaxRequestBodyBytes = 3 * 1024 * 1024;

    [Theory]
    [InlineData("<")]
    [InlineData("+")]
    [InlineData("é")]
    [InlineData("\"")]
    public async Task A_megabyte_of_groups_fits_an_access_review(string character)
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) =>
            StubServer.JsonAsync(
                context, 201, """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","status":{"allowed":true}}"""));
        var group = string.Concat(Enumerable.Repeat(character, 1000 / Encoding.UTF8.GetByteCount(character)));
        var user = new UserInfo("alice", "", [.. Enumerable.Repeat(group, HeaderBytes / 1000)], []);
        using var deadline = new Deadline(it.Time, CallsOfStub.Budget, TestContext.Current.CancellationToken);

        var answer = await new SubjectAccessReviewClient(it.Calls).AskAsync(
            user, new AccessQuestion("g", "v", "r", "adopt", "oil"), deadline);

        Assert.IsType<Permission.Granted>(answer.Permission);
        var body = Assert.Single(it.Server.Requests).Body;
        Assert.InRange(Encoding.UTF8.GetByteCount(body), HeaderBytes / 2, MaxRequestBodyBytes);
        Assert.Equal(user.Groups, JsonNode.Parse(body)!["spec"]!["groups"]!.AsArray().Select(each => (string)each!));
    }
}
