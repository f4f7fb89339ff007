using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Looks every few seconds whether the certificates' files changed, and whether what is in force can be served.</summary>
/// <param name="watched">The files.</param>
/// <param name="serving">What is in force.</param>
/// <param name="metrics">Counts what came of it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of changes.</param>
internal sealed partial class CertificateRefresher(
    IEnumerable<WatchedFiles> watched, ServingCertificates serving, CertificateMetrics metrics, TimeProvider time, ILogger<CertificateRefresher> logger) : BackgroundService
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var files in watched)
            {
                metrics.Count(Look(files));
            }

            Tell(serving.Trouble(time.GetUtcNow()));
        }
    }

    // Once, however long it lasts: nothing else tells of a certificate that expires by waiting.
    private void Tell(string? trouble)
    {
        if (trouble is not null && trouble != _told)
        {
            Log.NotReady(logger, trouble);
        }

        _told = trouble;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever a file makes a parser throw, no replica stops over it.")]
    private ReloadResult Look(WatchedFiles files)
    {
        try
        {
            return files.Look(time.GetUtcNow(), logger);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
            return Infrastructure.ReloadResult.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(62, LogLevel.Error, "The certificates can't be looked at, those in force stay")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(63, LogLevel.Error, "Not ready: {Why}")]
        public static partial void NotReady(ILogger logger, string why);
    }
}
