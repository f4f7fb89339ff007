using System.Net;
using System.Text.Json.Nodes;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Endpoints;

/// <summary>Reviews that need more lookups than may be in progress at a time.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class OverloadTests : IAsyncLifetime
{
    // A move looks up two tenants, two permissions and the CapsuleConfiguration; a release one tenant and one permission.
    private const int OfMove = 5;
    private const int OfRelease = 2;

    // The last quarter is for other addresses.
    private const int Most = (2 * OfMove) + OfRelease;
    private const int Allowed = Most / 3 * 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _answer = new();
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _api.Tenant = async (context, name) =>
        {
            await _answer.Task;
            await StubApiServer.LiveTenantAsync(context, name);
        };
        _guard = await RunningGuard.StartAsync(_api.Url, options: options => options with { Limits = new() { MaxLookups = Allowed } });
    }

    public async ValueTask DisposeAsync()
    {
        _answer.TrySetResult();
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task The_rest_is_told_429_and_Retry_After_at_once_and_what_needs_no_lookup_is_never_refused()
    {
        Assert.Equal(Allowed, await _guard.SumAsync("admissionguard_lookups_limit"));
        var underWay = new List<Task<HttpResponseMessage>> { MoveAsync("mutate"), MoveAsync("mutate") };
        await UnderWayAsync(2 * OfMove);

        // A move has no room beside two others, a release has; and then nothing has.
        using (var third = await MoveAsync("mutate"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        }

        underWay.Add(ReleaseAsync("mutate"));
        await UnderWayAsync(Most);

        foreach (var shedding in new[] { MoveAsync("validate"), ReleaseAsync("validate") })
        {
            using var shed = await shedding;
            var status = JsonNode.Parse(await shed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (shed.StatusCode, shed.Headers.RetryAfter?.Delta));
            Assert.Equal(("Status", "TooManyRequests", 429), ((string?)status["kind"], (string?)status["reason"], (int?)status["code"]));
            Assert.Contains("too many lookups are in progress", (string?)status["message"], StringComparison.Ordinal);
        }

        foreach (var (path, review, allowed) in new[]
        {
            ("mutate", Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")), true),
            ("validate", Update(Namespace("oil"), Namespace("oil")), true),
            ("validate", Create(Namespace(null)), true),
            ("validate", Review("DELETE", Namespace("oil", "oil=u1"), null, ""), true),
            ("validate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"), "status"), false),
        })
        {
            Assert.Equal(allowed, (bool?)(await _guard.AskAsync(path, review))["allowed"]);
        }

        Assert.Single(_guard.Log.Take(), line => line.Contains("overloaded", StringComparison.Ordinal));
        Assert.Equal(
            (1, 2),
            (await _guard.SumAsync(
                "admissionguard_reviews_shed_total",
                "endpoint=\"mutate\""), await _guard.SumAsync("admissionguard_reviews_shed_total", "endpoint=\"validate\"")));
        Assert.Equal(
            3,
            await _guard.SumAsync(
                "admissionguard_review_duration_seconds_count", "outcome=\"shed\""));

        _answer.SetResult();
        foreach (var each in underWay)
        {
            using var answered = await each;
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        using var next = await MoveAsync("mutate");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        await UnderWayAsync(0);
    }

    [Fact]
    public async Task A_review_that_needs_more_than_the_whole_limit_is_answered_when_it_is_alone()
    {
        _answer.SetResult();
        var references = Enumerable.Range(0, Allowed).Select(each => $"oil-{each}=u{each}").ToArray();

        Assert.True((bool?)(await _guard.AskAsync("mutate", Update(Namespace("oil", references), Namespace(null, references))))["allowed"]);
    }

    [Fact]
    public async Task A_lookup_that_hangs_counts_until_its_deadline_and_no_longer()
    {
        var moves = new[] { MoveAsync("mutate?timeout=1s"), MoveAsync("mutate?timeout=1s") };
        foreach (var move in moves)
        {
            using var answered = await move;
            Assert.Contains(
                "did not answer in time",
                await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        }

        await UnderWayAsync(0);
    }

    private Task UnderWayAsync(int lookups) => Poll.UntilAsync(
        $"{lookups} lookups to be in progress",
        Limit,
        async () => await _guard.SumAsync("admissionguard_lookups_in_flight") == lookups,
        TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> ReleaseAsync(string path) =>
        _guard.PostAsync(path, Update(Namespace("oil", "oil=u1"), Namespace(null, "oil=u1")).Bytes());

    private Task<HttpResponseMessage> MoveAsync(string path) =>
        _guard.PostAsync(path, Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")).Bytes());
}
