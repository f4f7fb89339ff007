using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Hosting;

/// <summary>Between SIGTERM and the exit the guard is not ready but still serves, until all clients use other replicas.</summary>
/// <remarks>
/// The API server keeps its connections to a pod that ends, and fails the requests that it sends on one just as it closes.
/// So each answer of this time asks it to close the connection itself (<c>Connection: close</c>).
/// </remarks>
internal sealed partial class Drain : IHostedLifecycleService, IHealthCheck
{
    /// <summary>The time after the delay: that of the longest review.</summary>
    public static readonly TimeSpan LongestReview = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _delay;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<Drain> _logger;
    private volatile bool _isStopping;

    public Drain(ServeOptions options, IHostApplicationLifetime lifetime, TimeProvider time, IMeterFactory meters, ILogger<Drain> logger)
    {
        (_delay, _lifetime, _time, _logger) = (options.Drain, lifetime, time, logger);
        Instruments.Draining.Observe(meters, () => IsDraining ? 1 : 0);
    }

    /// <summary>
    /// Whether the server is stopping. The host reports it on a signal; a host that is stopped by a call reports it only afterwards.
    /// </summary>
    public bool IsDraining => _isStopping || _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Makes every answer from SIGTERM on close its connection, also one whose request came before.</summary>
    public Task CloseAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                var (drain, response) = ((Drain, HttpResponse))state;
                if (drain.IsDraining)
                {
                    response.Headers.Connection = "close";
                }

                return Task.CompletedTask;
            },
            (this, context.Response));
        return next(context);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        // A server that failed to start never had clients.
        var delay = _lifetime.ApplicationStarted.IsCancellationRequested ? _delay : TimeSpan.Zero;
        Log.Draining(_logger, delay.TotalSeconds);
        await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsDraining ? HealthCheckResult.Unhealthy("the guard is shutting down") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(
            12, LogLevel.Information, "Stopping: no longer ready, serving for {Seconds} s more, then completing the requests in progress")]
        public static partial void Draining(ILogger logger, double seconds);
    }
}
