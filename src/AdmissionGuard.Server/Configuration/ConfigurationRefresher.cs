using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Looks every few seconds whether the configuration's file changed.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="metrics">Counts the results.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs unexpected errors.</param>
internal sealed partial class ConfigurationRefresher(
    LiveConfiguration configuration, ConfigurationMetrics metrics, TimeProvider time, ILogger<ConfigurationRefresher> logger) : BackgroundService
{
    /// <summary>How often the file is checked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            metrics.Count(Check());
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever a file makes a parser throw, no replica stops over it.")]
    private ReloadResult Check()
    {
        try
        {
            return configuration.Refresh();
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
            return Infrastructure.ReloadResult.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(43, LogLevel.Error, "Checking the configuration file failed with an unexpected error; the current configuration remains in use")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
