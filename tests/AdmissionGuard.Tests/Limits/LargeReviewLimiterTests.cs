using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Limits;

public sealed class LargeReviewLimiterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly LargeReviewLimiter _limiter;

    public LargeReviewLimiterTests() => _limiter = new LargeReviewLimiter(_time);

    public void Dispose() => _limiter.Dispose();

    [Fact]
    public async Task One_of_the_largest_size_is_decided_alone_the_next_waits_and_an_ordinary_one_does_neither()
    {
        var first = await EnterAsync(ReviewLimits.MaxBodyBytes);
        var second = EnterAsync(ReviewLimits.MaxBodyBytes).AsTask();
        Assert.NotNull(first);
        Assert.False(second.IsCompleted);
        using var ordinary = await EnterAsync(ServerLimits.FreeBodyBytes);
        Assert.NotNull(ordinary);

        first.Dispose();

        using var turn = await second.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task Who_waits_longer_than_there_is_time_gets_no_turn_and_leaves_the_queue()
    {
        var first = await EnterAsync(ReviewLimits.MaxBodyBytes);
        var second = EnterAsync(ReviewLimits.MaxBodyBytes).AsTask();

        _time.Advance(Patience);
        Assert.Null(await second.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        first!.Dispose();
        using var third = await EnterAsync(ReviewLimits.MaxBodyBytes);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task Who_is_gone_does_not_wait()
    {
        using var gone = new CancellationTokenSource();
        using var first = await EnterAsync(ReviewLimits.MaxBodyBytes);
        var second = _limiter.EnterAsync(ReviewLimits.MaxBodyBytes, Patience, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    private ValueTask<IDisposable?> EnterAsync(int bytes) => _limiter.EnterAsync(bytes, Patience, TestContext.Current.CancellationToken);
}
