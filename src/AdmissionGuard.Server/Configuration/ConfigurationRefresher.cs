using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Looks every few seconds whether the configuration's file changed.</summary>
/// <param name="configuration">The configuration.</param>
/// <param name="metrics">Counts what came of it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told what nobody foresaw.</param>
internal sealed partial class ConfigurationRefresher(
    LiveConfiguration configuration, ConfigurationMetrics metrics, TimeProvider time, ILogger<ConfigurationRefresher> logger) : BackgroundService
{
    /// <summary>How often the file is looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            metrics.Count(Look());
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever a file makes a parser throw, no replica stops over it.")]
    private ReloadResult Look()
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
        [LoggerMessage(43, LogLevel.Error, "The configuration can't be looked at, the one in force stays")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
