using AdmissionGuard.Core;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Kubernetes.Tests.AccessReviews;

public sealed class SelfSubjectReviewClientTests
{
    [Theory]
    [InlineData("SelfSubjectReview", true)]
    [InlineData("TokenReview", false)]
    public async Task Only_a_SelfSubjectReview_says_who_it_is(string kind, bool isKnown)
    {
        await using var it = await CallsOfStub.StartAsync((context, _) =>
            StubServer.JsonAsync(
                context,
                201,
                $$$"""{"apiVersion":"authentication.k8s.io/v1","kind":"{{{kind}}}","status":{"userInfo":{"username":"alice"} } }"""));
        using var deadline = new Deadline(it.Time, CallsOfStub.Budget, TestContext.Current.CancellationToken);

        var identity = await new SelfSubjectReviewClient(it.Calls).AskAsync(deadline);

        Assert.Equal(isKnown, identity is ReadResult<UserInfo>.Found { Value.Name: "alice" });
    }
}
