namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Repeats a slow read request in parallel, and uses the first response.</summary>
/// <remarks>
/// This is for connections that broke silently: until a keep-alive ping detects that, they get no response. So the second
/// uses a separate connection. A slow API server must not get twice the load: few are sent at
/// a time, and none while the circuit is not closed.
/// </remarks>
internal sealed class RequestHedging(ApiServerCircuitBreaker breaker, ApiServerMetrics metrics, TimeProvider time)
{
    /// <summary>The maximum number of second requests that are in progress at a time.</summary>
    public const int MaxAtOnce = 8;

    private int _underWay;

    /// <summary>Runs one attempt, or two.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">The call.</param>
    /// <param name="attempt">Sends the request; the argument is whether it needs a separate connection.</param>
    /// <param name="patience">How long the first may take alone.</param>
    /// <param name="cancellation">Ends both.</param>
    /// <returns>The first answer. Where both fail, it throws what the second to fail threw.</returns>
    public async Task<T> RunAsync<T>(
        ApiCall call, Func<bool, CancellationToken, Task<T>> attempt, TimeSpan patience, CancellationToken cancellation)
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
            // Whichever is still in progress, and the wait.
            await both.CancelAsync();
        }
    }

    private async Task<T> WithSecondAsync<T>(
        ApiCall call, Task<T> first, Func<bool, CancellationToken, Task<T>> attempt, CancellationToken cancellation)
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

    // Of the request whose result is not used.
    private static void Observe(Task task) =>
        _ = task.ContinueWith(
            static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
