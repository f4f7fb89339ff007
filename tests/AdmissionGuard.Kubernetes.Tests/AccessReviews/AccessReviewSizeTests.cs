using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
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
            StubServer.JsonAsync(context, 201, """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","status":{"allowed":true}}"""));
        var group = string.Concat(Enumerable.Repeat(character, 1000 / Encoding.UTF8.GetByteCount(character)));
        var user = new Requester("alice", "", [.. Enumerable.Repeat(group, HeaderBytes / 1000)], []);
        using var deadline = new Deadline(it.Time, CallsOfStub.Budget, TestContext.Current.CancellationToken);

        var answer = await new AccessReviewer(it.Calls).AskAsync(user, new AccessQuestion("g", "v", "r", "adopt", "oil"), deadline);

        Assert.IsType<Permission.Granted>(answer.Permission);
        var body = Assert.Single(it.Server.Requests).Body;
        Assert.InRange(Encoding.UTF8.GetByteCount(body), HeaderBytes / 2, MaxRequestBodyBytes);
        Assert.Equal(user.Groups, JsonNode.Parse(body)!["spec"]!["groups"]!.AsArray().Select(each => (string)each!));
    }

    [Fact]
    public async Task Reviews_about_one_user_share_what_they_say_of_the_user()
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) =>
            StubServer.JsonAsync(context, 201, """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","status":{"allowed":true}}"""));
        var user = new Requester("alice", "u-1", [.. Enumerable.Repeat(new string('x', 1000), 1000)], [new("scopes", ["view", "edit"])]);
        var reviewer = new AccessReviewer(it.Calls);
        await AskAsync("first");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var body = AccessReviewBody.About(new AccessReviewWire("v1", "K", new AccessReviewSpecWire(new ResourceAttributesWire("g", "v", "r", "adopt", "gas", null)), null), user);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 1, 500_000);
        Assert.InRange(body.Headers.ContentLength!.Value, 1_000_000, 1_100_000);
        await AskAsync("second");
        Assert.Equal(["first", "second"], it.Server.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["spec"]!["resourceAttributes"]!["name"]));
        foreach (var spec in it.Server.Requests.Select(request => JsonNode.Parse(request.Body)!["spec"]!))
        {
            Assert.Equal(("alice", "u-1", 1000, "edit"), ((string)spec["user"]!, (string)spec["uid"]!, spec["groups"]!.AsArray().Count, (string)spec["extra"]!["scopes"]![1]!));
        }

        async Task AskAsync(string name)
        {
            using var deadline = new Deadline(it.Time, CallsOfStub.Budget, TestContext.Current.CancellationToken);
            await reviewer.AskAsync(user, new AccessQuestion("g", "v", "r", "adopt", name), deadline);
        }
    }
}
