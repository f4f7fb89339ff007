namespace AdmissionGuard.Core;

/// <summary>Keeps what happens a thousand times a second from being told as often.</summary>
/// <param name="time">The clock.</param>
/// <param name="pause">How long nothing is due after something was.</param>
public sealed class LogThrottle(TimeProvider time, TimeSpan pause)
{
    private long _next = long.MinValue;

    /// <summary>Whether it is to be told now. Safe to be asked from several threads: one of them is told so.</summary>
    /// <returns><see langword="true"/> once, and not again before the pause is over.</returns>
    public bool IsDue()
    {
        var (now, next) = (time.GetUtcNow().UtcTicks, Volatile.Read(ref _next));
        return now >= next && Interlocked.CompareExchange(ref _next, now + pause.Ticks, next) == next;
    }
}
