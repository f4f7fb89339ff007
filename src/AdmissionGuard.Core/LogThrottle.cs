namespace AdmissionGuard.Core;

/// <summary>Limits how often a repeated event is logged.</summary>
/// <param name="time">The clock.</param>
/// <param name="pause">The pause after an event was logged.</param>
public sealed class LogThrottle(TimeProvider time, TimeSpan pause)
{
    private long _next = long.MinValue;

    /// <summary>Whether to log now. Safe for concurrent use: only one of several threads gets <see langword="true"/>.</summary>
    /// <returns><see langword="true"/> once, and not again before the pause is over.</returns>
    public bool IsDue()
    {
        var (now, next) = (time.GetUtcNow().UtcTicks, Volatile.Read(ref _next));
        return now >= next && Interlocked.CompareExchange(ref _next, now + pause.Ticks, next) == next;
    }
}
