using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AdmissionGuard.Server.TenancyScan;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.TenancyScan;

/// <summary>What stands in a tenancy, found without any review.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class NamespaceTenancyScannerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ConcurrentQueue<string> _asked = new();
    private StubApiServer _api = null!;
    private RunningGuard? _guard;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _api.Tenants = context => StubApiServer.AnswerAsync(
            context, 200, StubApiServer.ListJson([StubApiServer.TenantJson("oil"), StubApiServer.TenantJson("gas")]));
    }

    public async ValueTask DisposeAsync()
    {
        await (_guard?.DisposeAsync() ?? default);
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Every_namespace_is_counted_by_its_state_over_all_pages_and_the_bad_ones_are_told_in_one_line()
    {
        _api.Namespaces = context =>
        {
            _asked.Enqueue(context.Request.QueryString.Value!);
            return StubApiServer.AnswerAsync(context, 200, context.Request.Query.ContainsKey("continue")
                ? StubApiServer.ListJson([.. Enumerable.Range(0, 6).Select(_ => Namespace("oil", "oil=older"))])
                : StubApiServer.ListJson(
                    [
                        Namespace(null),
                        Namespace(null, "cm:x=1"),
                        Namespace("oil", "oil=oil-uid"),
                        Namespace("ghost", "ghost=u"),
                        Namespace("oil"),
                        Namespace(null, "oil=oil-uid"),
                        Namespace("oil", "gas=gas-uid"),
                        null!,
                    ],
                    next: "more/of it"));
        };

        await StartAsync();

        Assert.Equal(["?limit=500", "?limit=500&continue=more%2Fof%20it"], _asked);
        Assert.Equal("2, 1, 6, 1, 1, 1, 1", await CountsAsync());
        var line = Assert.Single(_guard!.Log.TakeOwn(), line => line.StartsWith("Audit:", StringComparison.Ordinal));
        Assert.Equal(
            "Audit: 6 namespaces have a stale UID, 1 an unknown tenant, 1 a conflicting label and ownerReference; the first: billing (unknown-tenant), billing (conflicting), billing (stale-uid), billing (stale-uid), billing (stale-uid)",
            line);
    }

    [Fact]
    public async Task A_namespace_that_is_being_deleted_is_not_counted_whatever_became_of_its_tenant()
    {
        _api.Namespaces = context => StubApiServer.AnswerAsync(
            context,
            200,
            StubApiServer.ListJson(
                [Deleted(Namespace("ghost", "ghost=u")), Namespace("oil", "oil=oil-uid"), Deleted(Namespace("oil", "gas=gas-uid"))]));

        await StartAsync();

        Assert.Equal("0, 1, 0, 0, 0, 0, 0", await CountsAsync());
        Assert.DoesNotContain(_guard!.Log.TakeOwn(), line => line.StartsWith("Audit:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_audit_keeps_what_was_found_is_told_once_and_the_next_good_one_counts(bool namespacesFail)
    {
        _api.Namespaces = context => StubApiServer.AnswerAsync(context, 200, StubApiServer.ListJson([Namespace("oil", "oil=oil-uid")]));
        await StartAsync();
        var first = await LastAsync();
        var failures = 0;
        Task FailAsync(HttpContext context)
        {
            Interlocked.Increment(ref failures);
            return StubApiServer.AnswerAsync(context, 403, new JsonObject());
        }

        var (tenants, namespaces) = (_api.Tenants, _api.Namespaces);
        _api.Tenants = namespacesFail ? tenants : FailAsync;
        _api.Namespaces = namespacesFail ? FailAsync : namespaces;
        await UntilAsync(() => Task.FromResult(failures >= 2));
        Assert.Equal("0, 1, 0, 0, 0, 0, 0", await CountsAsync());
        Assert.Equal(first, await LastAsync());
        (_api.Tenants, _api.Namespaces) = (tenants, context => StubApiServer.AnswerAsync(context, 200, StubApiServer.ListJson()));
        // One in progress may still have read the old list.
        await UntilAsync(async () => await CountsAsync() == "0, 0, 0, 0, 0, 0, 0");

        Assert.True(await LastAsync() > first);
        Assert.Equal(
            "Audit: the namespaces can't be checked, the previous result remains: the API server answered 403 to the guard",
            Assert.Single(_guard!.Log.TakeOwn(), line => line.StartsWith("Audit:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Before_the_first_audit_there_are_no_figures()
    {
        _api.Namespaces = context => StubApiServer.AnswerAsync(context, 403, new JsonObject());
        _guard = await RunningGuard.StartAsync(_api.Url, time: _time);
        await _guard.UntilReadyAsync();

        Assert.DoesNotContain("admissionguard_namespaces{", await _guard.GetAsync("metrics"), StringComparison.Ordinal);
        Assert.Equal(0, await LastAsync());
    }

    private static JsonObject Deleted(JsonObject item)
    {
        item["metadata"]!["deletionTimestamp"] = "2025-01-31T12:00:00Z";
        return item;
    }

    private async Task StartAsync()
    {
        _guard = await RunningGuard.StartAsync(_api.Url, time: _time);
        await Poll.UntilAsync("the first audit", Limit, async () => await LastAsync() > 0, Cancellation);
    }

    private Task UntilAsync(Func<Task<bool>> condition) => Poll.UntilAsync(
        "an audit",
        Limit,
        async () =>
        {
            _time.Advance(NamespaceTenancyScanner.Period);
            return await condition();
        },
        Cancellation);

    private Task<double> LastAsync() => _guard!.SumAsync("admissionguard_audit_last_success_timestamp_seconds");

    private async Task<string> CountsAsync()
    {
        var metrics = await _guard!.GetAsync("metrics");
        return string.Join(
            ", ",
            ((string[])["none", "consistent", "stale-uid", "unknown-tenant", "label-only", "owner-only", "conflicting"]).Select(
                state => Metrics.Sum(metrics, "admissionguard_namespaces", $"state=\"{state}\"")));
    }
}
