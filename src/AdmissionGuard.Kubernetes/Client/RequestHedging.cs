namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Sends a request that changes nothing once more where its answer is slow, and takes the first answer: the first may still come.</summary>
/// <remarks>
/// It is for connections that died without a word: until a keep-alive ping shows that, nobody answers on them. So the second
/// goes out on a connection of its own. An API server that is merely slow must not be asked twice as much: few are sent at
/// a time, and none while the circuit is not closed.
/// </remarks>
internal sealed class RequestHedging(ApiServerCircuitBreaker breaker, ApiServerMetrics metrics, TimeProvider time)
{
    /// <summary>The most second requests that are under way at a time.</summary>
    public const int MaxAtOnce = 8;

    private int _underWay;

    /// <summary>Runs one attempt, or two.</summary>
    /// <typeparam name="T">What an answer comes to.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="attempt">Sends the request; is told whether it needs a connection of its own.</param>
    /// <param name="patience">How long the first may take alone.</param>
    /// <param name="cancellation">Ends both.</param>
    /// <returns>The first answer. Where both fail, it throws what the second to fail threw.</returns>
    public async Task<T> RunAsync<T>(ApiCall call, Func<bool, CancellationToken, Task<T>> attempt, TimeSpan patience, CancellationToken cancellation)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var patienceEnds = Task.Delay(patience, time, both.Token);
        var first = attempt(false, both.Token);
        try
        {
            var isSlow = await Task.WhenAny(first, patienceEnds) == patienceEnds;
            return isSlow && !both.IsCancellationRequested && TryEnter()
                ? await WithSecondAsync(call, first, attempt, both.Token)
                : await first;
        }
        finally
        {
            // Whichever is still under way, and the wait.
            await both.CancelAsync();
        }
    }

    private async Task<T> WithSecondAsync<T>(ApiCall call, Task<T> first, Func<bool, CancellationToken, Task<T>> attempt, CancellationToken cancellation)
    {
        metrics.CountHedge(call.Name);
        var second = attempt(true, cancellation);
        try
        {
            var ended = await Task.WhenAny(first, second);
            var other = ended == first ? second : first;
            Observe(ended.IsCompletedSuccessfully ? other : ended);
            return await (ended.IsCompletedSuccessfully ? ended : other);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private bool TryEnter()
    {
        if (breaker.State is not 0)
        {
            return false;
        }

        if (Interlocked.Increment(ref _underWay) <= MaxAtOnce)
        {
            return true;
        }

        Interlocked.Decrement(ref _underWay);
        return false;
    }

    // Of the one whose outcome nobody waits for.
    private static void Observe(Task task) =>
        _ = task.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
