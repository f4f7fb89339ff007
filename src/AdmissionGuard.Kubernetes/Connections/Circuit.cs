using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>When hardly an attempt reaches the API server any more, the next ones fail at once instead of each waiting for its time-out.</summary>
/// <remarks>An answer is an answer, whatever its code: what one object's look-up met must not hold up another's.</remarks>
internal sealed class Circuit
{
    /// <summary>How long calls fail at once before one tries again.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    private const double FailureRatio = 0.9;
    private const int FewestAttempts = 20;

    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(10);

    private readonly CircuitBreakerStateProvider _state = new();

    /// <summary>0 closed, 1 half-open: one call tries, 2 open.</summary>
    public int State => _state.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };

    /// <summary>How long an attempt may take: while all others fail at once, no longer than they do so between two tries.</summary>
    /// <param name="wanted">How long it may take otherwise.</param>
    public TimeSpan Limit(TimeSpan wanted) => State is 0 || wanted < Break ? wanted : Break;

    /// <summary>Whether the API server was not reached, or did not answer in time.</summary>
    private static PredicateBuilder<object> Unreached => new PredicateBuilder()
        .Handle<HttpRequestException>(static e => e.StatusCode is null).Handle<IOException>().Handle<TimeoutRejectedException>();

    /// <summary>The strategy.</summary>
    /// <param name="changed">Is told <see langword="true"/> when it opens, <see langword="false"/> when it closes.</param>
    public CircuitBreakerStrategyOptions Options(Action<bool> changed) => new()
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = FewestAttempts,
        SamplingDuration = Sampling,
        BreakDuration = Break,
        StateProvider = _state,
        ShouldHandle = Unreached,
        OnOpened = _ => Tell(changed, opened: true),
        OnClosed = _ => Tell(changed, opened: false),
    };

    private static ValueTask Tell(Action<bool> changed, bool opened)
    {
        changed(opened);
        return default;
    }
}
