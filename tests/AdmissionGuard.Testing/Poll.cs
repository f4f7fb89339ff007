namespace AdmissionGuard.Testing;

/// <summary>Waits for a condition, with a limit; nothing here sleeps for a time and hopes.</summary>
public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="what">What is waited for, as in "waiting for …".</param>
    /// <param name="limit">How long at the most.</param>
    /// <param name="condition">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When the answer was yes.</returns>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static async Task UntilAsync(string what, TimeSpan limit, Func<Task<bool>> condition, CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"gave up after {limit.TotalSeconds:0} s of waiting for {what}");
            }

            await Task.Delay(Pause, cancellation);
        }
    }
}
