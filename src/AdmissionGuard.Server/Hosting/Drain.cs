using System.Diagnostics.Metrics;
using AdmissionGuard.Server.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Hosting;

/// <summary>Between SIGTERM and the end: not ready any more, but still serving, until everybody has learnt to go elsewhere.</summary>
/// <remarks>
/// The API server keeps its connections to a pod that ends, and fails the requests that it sends on one just as it closes.
/// So each answer of this time asks it to close the connection itself (<c>Connection: close</c>).
/// </remarks>
internal sealed partial class Drain : IHostedLifecycleService, IHealthCheck
{
    /// <summary>What finishes after the delay: the longest review, and nothing else.</summary>
    public static readonly TimeSpan LongestReview = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _delay;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<Drain> _logger;
    private volatile bool _isStopping;

    public Drain(ServeOptions options, IHostApplicationLifetime lifetime, TimeProvider time, IMeterFactory meters, ILogger<Drain> logger)
    {
        (_delay, _lifetime, _time, _logger) = (options.Drain, lifetime, time, logger);
        meters.Create(Instruments.MeterName).CreateObservableGauge(
            "admissionguard.draining", () => IsDraining ? 1 : 0, unit: null, "1 from SIGTERM on, while the guard still answers but is not ready any more; else 0.");
    }

    /// <summary>Whether it is about to end. The host says so on a signal; a host that is stopped by a call says so only afterwards.</summary>
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
        // Nobody was ever sent to a server that could not start.
        var delay = _lifetime.ApplicationStarted.IsCancellationRequested ? _delay : TimeSpan.Zero;
        Log.Draining(_logger, delay.TotalSeconds);
        await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsDraining ? HealthCheckResult.Unhealthy("the guard is draining: it was told to stop") : HealthCheckResult.Healthy());

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Information, "Told to stop: not ready any more, serving for {Seconds} s, then finishing what is in flight")]
        public static partial void Draining(ILogger logger, double seconds);
    }
}
