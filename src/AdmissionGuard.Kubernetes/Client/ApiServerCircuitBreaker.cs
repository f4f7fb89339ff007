using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>
/// Circuit breaker: if hardly any call reaches the API server, further calls fail immediately instead of waiting for the timeout.
/// </summary>
/// <remarks>HTTP responses never trip it, whatever their code: the failed lookup of one object must not block another's.</remarks>
internal sealed class ApiServerCircuitBreaker
{
    /// <summary>How long calls fail immediately before a single probe is sent, and how long the probe may take.</summary>
    public static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    private const double FailureRatio = 0.9;
    private const int FewestAttempts = 20;

    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(10);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Makes it, closed.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Receives <see langword="true"/> when it opens, <see langword="false"/> when it closes.</param>
    public ApiServerCircuitBreaker(
        TimeProvider time, Action<bool> changed) => _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(Options(changed))
        // The probe takes at most as long as the other calls fail immediately.
        .AddTimeout(
            new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(State is 0 ? Timeout.InfiniteTimeSpan : Break) })
        .Build();

    /// <summary>0 closed, 1 half-open (a single probe is sent), 2 open.</summary>
    public int State => _state.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };

    /// <summary>Whether the API server was not reached, or did not answer in time.</summary>
    private static PredicateBuilder<object> Unreached => new PredicateBuilder()
        .Handle<HttpRequestException>(static e => e.StatusCode is null).Handle<IOException>().Handle<TimeoutRejectedException>();

    /// <summary>Runs an attempt.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellation">Ends it; that does not count.</param>
    /// <exception cref="BrokenCircuitException">It is open.</exception>
    public ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellation) =>
        _pipeline.ExecuteAsync(attempt, cancellation);

    private CircuitBreakerStrategyOptions Options(Action<bool> changed) => new()
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
