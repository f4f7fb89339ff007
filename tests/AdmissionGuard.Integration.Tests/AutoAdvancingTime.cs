using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Integration.Tests;

/// <summary>A clock that a test moves, and that skips the pauses between attempts by itself: nobody has to guess when one begins.</summary>
internal sealed class AutoAdvancingTime() : FakeTimeProvider(System.GetUtcNow())
{
    /// <summary>No pause between attempts is longer, and nothing else that the guard waits for is as short.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1.2);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause)
        {
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
