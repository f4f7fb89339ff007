using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reads the configuration again when its file changes.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="metrics">Counts the reloads.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where unexpected errors are logged.</param>
internal sealed class ConfigurationRefresher(
    LiveConfiguration configuration, ConfigurationMetrics metrics, TimeProvider time, ILogger<ConfigurationRefresher> logger)
    : PeriodicService("configuration", time, logger)
{
    /// <summary>How often the file is compared.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override TimeSpan FirstPause => Period;

    protected override ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        metrics.Count(configuration.Refresh());
        return ValueTask.FromResult<TimeSpan?>(Period);
    }
}
