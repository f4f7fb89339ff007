using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Configuration;
using AdmissionGuard.Telemetry;

namespace AdmissionGuard.Certificates;

/// <summary>Looks every few seconds whether the certificates' files changed.</summary>
/// <param name="watched">The files.</param>
/// <param name="metrics">Counts what came of it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of changes.</param>
internal sealed partial class CertificateRefresher(
    IEnumerable<WatchedFiles> watched, CertificateMetrics metrics, TimeProvider time, ILogger<CertificateRefresher> logger) : BackgroundService
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var files in watched)
            {
                metrics.Count(Look(files));
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever a file makes a parser throw, no replica stops over it.")]
    private Look Look(WatchedFiles files)
    {
        try
        {
            return files.Look(time.GetUtcNow(), logger);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
            return Configuration.Look.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(62, LogLevel.Error, "The certificates can't be looked at, those in force stay")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
