using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Connections;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>The cause of a failed call is in the log, however many calls fail: once in ten seconds.</summary>
public sealed class FailureLogTests : IAsyncLifetime
{
    private CallsOfStub _it = null!;

    private string Server => $"the API server at {_it.Server.Url}";

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
            await _it.SendAsync(CallsOfStub.Read, request: _ => throw new ConnectionSourceException("the credentials can't be used: no such file"));
        }

        string[] once =
        [
            $"Warning 30: Call test-read to {Server} failed (Answered): RetryableAnswerException: the API server answered 503; repetitions are not logged for 10 s",
            $"Warning 30: Call test-write to {Server} failed (Answered): RetryableAnswerException: the API server answered 503; repetitions are not logged for 10 s",
            $"Warning 30: Call test-read to {Server} failed (Credentials): ConnectionSourceException: the credentials can't be used: no such file; repetitions are not logged for 10 s",
        ];
        Assert.Equal(once, _it.Log);

        _it.Time.Advance(ApiFailureLog.Pause);
        await _it.SendAsync(CallsOfStub.Read);
        Assert.Equal([.. once, once[0]], _it.Log);
    }

    [Fact]
    public async Task An_error_of_ours_is_an_Error_with_its_stack_and_the_call_fails_all_the_same()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("Unexpected: the call failed (NotSupportedException)", await _it.SendAsync(CallsOfStub.Read, request: _ => throw new NotSupportedException("never thought of")));
        }

        var line = Assert.Single(_it.Log);
        Assert.StartsWith($"Error 33: Call test-read to {Server} failed with an unexpected error; repetitions are not logged for 10 s", line, StringComparison.Ordinal);
        Assert.Contains("NotSupportedException: never thought of", line, StringComparison.Ordinal);
        Assert.Contains(nameof(An_error_of_ours_is_an_Error_with_its_stack_and_the_call_fails_all_the_same), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_innermost_cause_is_told_bounded_and_on_one_line()
    {
        var cause = new InvalidOperationException($"a\nforged=line {new string('x', 10_000)}");

        await _it.SendAsync(CallsOfStub.Write, request: _ => throw new HttpRequestException("outer", new IOException("middle", cause)));

        var line = Assert.Single(_it.Log);
        Assert.StartsWith($"Warning 30: Call test-write to {Server} failed (Unreachable): InvalidOperationException: a?forged=line xxx", line, StringComparison.Ordinal);
        Assert.InRange(line.Length, Text.MaxCause, Text.MaxCause + 250);
    }

    [Fact]
    public async Task A_time_out_tells_how_long_was_waited()
    {
        _it.Server.Answer = static (context, _) => StubServer.HangAsync(context);
        var sending = _it.SendAsync(CallsOfStub.Read);

        await _it.EndsAsync(sending, TimeSpan.FromSeconds(1));

        Assert.Equal(
            $"Warning 30: Call test-read to {Server} failed (TimedOut): TimeoutRejectedException: no answer within 3.75 s; repetitions are not logged for 10 s",
            Assert.Single(_it.Log));
    }

    [Fact]
    public async Task A_proxy_on_the_way_is_named_without_its_credentials()
    {
        var calls = _it.CallsOf("https://10.0.0.1:6443", "proxy-url: \"http://me:secret@127.0.0.1:1\"");

        // Too short for another attempt.
        await _it.SendAsync(CallsOfStub.Write, TimeSpan.FromMilliseconds(50), calls: calls);

        Assert.StartsWith(
            "Warning 30: Call test-write to the API server at https://10.0.0.1:6443 through the proxy http://127.0.0.1:1 failed (Unreachable): ",
            Assert.Single(_it.Log),
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _it.Log[0], StringComparison.Ordinal);
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
