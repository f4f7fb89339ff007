using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>The cause of a failed call is in the log, however many calls fail: once in ten seconds.</summary>
public sealed class FailureLogTests : IAsyncLifetime
{
    private CallsOfStub _it = null!;

    public async ValueTask InitializeAsync() => _it = await CallsOfStub.StartAsync((context, _) =>
    {
        context.Response.Headers.RetryAfter = "3600";
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_cause_is_logged_once_in_ten_seconds_for_each_call_and_kind()
    {
        for (var i = 0; i < 50; i++)
        {
            await _it.SendAsync(CallsOfStub.Read);
            await _it.SendAsync(CallsOfStub.Write);
            await _it.SendAsync(
                CallsOfStub.Read, request: _ => throw new ConnectionSourceException("the credentials can't be used: no such file"));
        }

        string[] once =
        [
            "Warning 30: API server call test-read failed (Answered): RetryableAnswerException: the API server answered 503; repetitions are not logged for 10 s",
            "Warning 30: API server call test-write failed (Answered): RetryableAnswerException: the API server answered 503; repetitions are not logged for 10 s",
            "Warning 30: API server call test-read failed (Credentials): ConnectionSourceException: the credentials can't be used: no such file; repetitions are not logged for 10 s",
        ];
        Assert.Equal(once, _it.Log);

        _it.Time.Advance(ApiFailureLog.Pause);
        await _it.SendAsync(CallsOfStub.Read);
        Assert.Equal([.. once, once[0]], _it.Log);
    }

    [Fact]
    public async Task A_line_names_the_proxy_on_the_way_without_its_password()
    {
        var through = _it.CallsOf(_it.Server.Address, "http://me:secret@127.0.0.1:1");

        await _it.SendAsync(CallsOfStub.Write, calls: through, request: _ => throw new ConnectionSourceException("no such file"));
        await _it.SendAsync(CallsOfStub.Read, calls: through, request: _ => throw new NotSupportedException("never thought of"));

        Assert.StartsWith(
            "Warning 30: API server call test-write through the proxy http://127.0.0.1:1 failed (Credentials)",
            _it.Log[0],
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Error 33: API server call test-read through the proxy http://127.0.0.1:1 failed with an unexpected error",
            _it.Log[^1],
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Concat(_it.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_ours_is_an_Error_with_its_stack_and_the_call_fails_all_the_same()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(
                "Unexpected: the call failed (NotSupportedException)",
                await _it.SendAsync(CallsOfStub.Read, request: _ => throw new NotSupportedException("never thought of")));
        }

        var line = Assert.Single(_it.Log);
        Assert.StartsWith(
            "Error 33: API server call test-read failed with an unexpected error; repetitions are not logged for 10 s",
            line,
            StringComparison.Ordinal);
        Assert.Contains("NotSupportedException: never thought of", line, StringComparison.Ordinal);
        Assert.Contains(
            nameof(An_error_of_ours_is_an_Error_with_its_stack_and_the_call_fails_all_the_same), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_innermost_cause_is_told_bounded_and_on_one_line()
    {
        var cause = new InvalidOperationException($"a\nforged=line {new string('x', 10_000)}");

        await _it.SendAsync(CallsOfStub.Write, request: _ => throw new HttpRequestException("outer", new IOException("middle", cause)));

        var line = Assert.Single(_it.Log);
        Assert.StartsWith(
            "Warning 30: API server call test-write failed (Unreachable): InvalidOperationException: a?forged=line xxx",
            line,
            StringComparison.Ordinal);
        Assert.InRange(line.Length, MessageText.MaxCause, MessageText.MaxCause + 150);
    }

    [Fact]
    public async Task A_time_out_tells_how_long_was_waited()
    {
        _it.Server.Answer = static (context, _) => StubServer.HangAsync(context);
        var sending = _it.SendAsync(CallsOfStub.Read);

        await _it.EndsAsync(sending, TimeSpan.FromSeconds(1));

        Assert.Equal(
            "Warning 30: API server call test-read failed (TimedOut): TimeoutRejectedException: no answer within 3.75 s; repetitions are not logged for 10 s",
            Assert.Single(_it.Log));
    }

    [Fact]
    public async Task Who_is_gone_leaves_no_line()
    {
        using var caller = new CancellationTokenSource();
        _it.Server.Answer = static (context, _) => StubServer.HangAsync(context);
        var sending = _it.SendAsync(CallsOfStub.Read, caller: caller.Token);
        await _it.ReceivedAsync(1);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(_it.Log);
    }
}
