using System.Net;
using Microsoft.Extensions.Time.Testing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Hosting;

/// <summary>From SIGTERM to the end.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class DrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _guard = await RunningGuard.StartAsync(_api.Url, time: _time, options: options => options with { Drain = Delay });
    }

    public async ValueTask DisposeAsync()
    {
        var disposed = _guard.DisposeAsync().AsTask();
        await Poll.UntilAsync(
            "the guard to end",
            Limit,
            () =>
            {
                _time.Advance(Delay);
                return Task.FromResult(disposed.IsCompleted);
            },
            CancellationToken.None);
        await disposed;
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task It_is_not_ready_but_alive_and_serves_with_each_answer_closing_its_connection()
    {
        using var before = await EditAsync();
        Assert.NotEqual(true, before.Headers.ConnectionClose);
        Assert.Equal(0, await _guard.SumAsync("admissionguard_draining"));

        var stopped = _guard.StopAsync();
        await UntilUnreadyAsync();

        Assert.Equal("ok", await _guard.GetAsync("livez"));
        Assert.Equal(1, await _guard.SumAsync("admissionguard_draining"));
        using var during = await EditAsync();
        Assert.Equal((HttpStatusCode.OK, true), (during.StatusCode, during.Headers.ConnectionClose));
        using var refused = await _guard.PostAsync("validate", "no review"u8.ToArray());
        Assert.Equal((HttpStatusCode.BadRequest, true), (refused.StatusCode, refused.Headers.ConnectionClose));
        _time.Advance(Delay - TimeSpan.FromSeconds(1));
        Assert.False(stopped.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stopped.WaitAsync(Limit, Cancellation);
        await Assert.ThrowsAsync<HttpRequestException>(EditAsync);
    }

    [Fact]
    public async Task What_is_in_flight_when_the_delay_is_over_is_finished()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _api.Tenant = async (context, name) =>
        {
            asked.TrySetResult();
            await answer.Task;
            await StubApiServer.LiveTenantAsync(context, name);
        };
        var move = _guard.PostAsync("mutate?timeout=30s", Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1")).Bytes());
        await asked.Task.WaitAsync(Limit, Cancellation);

        var stopped = _guard.StopAsync();
        await UntilUnreadyAsync();
        _time.Advance(Delay);
        await Poll.UntilAsync("new connections to be refused", Limit, IsGoneAsync, Cancellation);
        Assert.False(stopped.IsCompleted);
        answer.SetResult();

        using var answered = await move;
        Assert.Contains("\"allowed\":true", await answered.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(true, answered.Headers.ConnectionClose);
        await stopped.WaitAsync(Limit, Cancellation);
    }

    private static byte[] Unrelated() => Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes();

    private Task<HttpResponseMessage> EditAsync() => _guard.PostAsync("validate", Unrelated());

    private Task UntilUnreadyAsync() => Poll.UntilAsync(
        "readyz to say that it is draining",
        Limit,
        async () => (await ReadyAsync(_guard.Health)).Contains("[-]drain failed: the guard is shutting down", StringComparison.Ordinal),
        Cancellation);

    private async Task<string> ReadyAsync(Uri health)
    {
        using var ready = await _guard.Http.GetAsync(new Uri(health, "readyz"), Cancellation);
        return ready.StatusCode is HttpStatusCode.ServiceUnavailable ? await ready.Content.ReadAsStringAsync(Cancellation) : "";
    }

    private async Task<bool> IsGoneAsync()
    {
        try
        {
            // Each on a connection of its own.
            using var response = await EditAsync();
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
