using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Core.Tests;

public sealed class LogThrottleTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LogThrottle _throttle;

    public LogThrottleTests() => _throttle = new LogThrottle(_time, Pause);

    [Fact]
    public void The_first_event_is_logged_and_the_next_one_only_after_the_pause()
    {
        Assert.True(_throttle.IsDue());
        Assert.False(_throttle.IsDue());

        _time.Advance(Pause - TimeSpan.FromTicks(1));
        Assert.False(_throttle.IsDue());

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(_throttle.IsDue());
    }

    [Fact]
    public void The_pause_starts_again_with_every_logged_event_and_with_no_other()
    {
        _throttle.IsDue();
        _time.Advance(1.5 * Pause);
        Assert.True(_throttle.IsDue());

        _time.Advance(0.9 * Pause);
        Assert.False(_throttle.IsDue());

        _time.Advance(0.1 * Pause);
        Assert.True(_throttle.IsDue());
    }

    /// <summary>The clock moves to the end of the pause whenever all threads are ready to log.</summary>
    [Fact]
    public async Task Only_one_of_several_threads_logs_an_event()
    {
        const int Threads = 4;
        const int Rounds = 200;
        var logged = 0;
        using var round = new Barrier(Threads, _ => _time.Advance(Pause));
        void LogEveryRound()
        {
            for (var i = 0; i < Rounds; i++)
            {
                round.SignalAndWait(TestContext.Current.CancellationToken);
                if (_throttle.IsDue())
                {
                    Interlocked.Increment(ref logged);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            LogEveryRound, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(Rounds, logged);
    }
}
