using System.Threading.RateLimiting;

namespace AdmissionGuard.Server.Limits;

/// <summary>Bounds how many bytes of large reviews are read and decided at a time: to read one takes several times its size.</summary>
/// <remarks>
/// One of the largest size fits, alone. The others wait, in the order in which they came. Reviews of an ordinary size neither wait nor
/// count.
/// </remarks>
internal sealed class LargeReviewLimiter(TimeProvider time) : IDisposable
{
    private const int Unit = 1024;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Units(ReviewLimits.MaxBodyBytes),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a turn.</summary>
    /// <param name="bytes">The review's size.</param>
    /// <param name="patience">How long it may wait.</param>
    /// <param name="aborted">Canceled when the client has disconnected.</param>
    /// <returns>To be disposed after the decision; <see langword="null"/> where its turn did not come in time.</returns>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public async ValueTask<IDisposable?> EnterAsync(int bytes, TimeSpan patience, CancellationToken aborted)
    {
        if (bytes <= ServerLimits.FreeBodyBytes)
        {
            return Ordinary.Instance;
        }

        if (_limiter.AttemptAcquire(Units(bytes)) is { IsAcquired: true } atOnce)
        {
            return atOnce;
        }

        using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        try
        {
            return await _limiter.AcquireAsync(Units(bytes), either.Token) is { IsAcquired: true } lease ? lease : null;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _limiter.Dispose();

    private static int Units(int bytes) => (bytes + Unit - 1) / Unit;

    private sealed class Ordinary : IDisposable
    {
        public static readonly Ordinary Instance = new();

        public void Dispose()
        {
            // Nothing was taken.
        }
    }
}
