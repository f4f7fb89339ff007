using AdmissionGuard.Telemetry;

namespace AdmissionGuard.Configuration;

/// <summary>Looks every few seconds whether the configuration's file changed.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="metrics">Counts what came of it.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigurationRefresher(LiveConfiguration configuration, ConfigurationMetrics metrics, TimeProvider time) : BackgroundService
{
    /// <summary>How often the file is looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            metrics.Count(configuration.Refresh());
        }
    }
}
