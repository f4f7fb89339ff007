using System.Diagnostics.CodeAnalysis;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Looks every few seconds whether the certificates' files changed, and whether what is in use can be served.</summary>
/// <param name="watched">The files.</param>
/// <param name="serving">What is in use.</param>
/// <param name="metrics">Counts the results.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs changes.</param>
internal sealed partial class CertificateRefresher(
    IEnumerable<WatchedFiles> watched, ServingCertificates serving, CertificateMetrics metrics, TimeProvider time, ILogger<CertificateRefresher> logger) : BackgroundService
{
    /// <summary>How often the files are checked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private string? _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var files in watched)
            {
                metrics.Count(Check(files));
            }

            Tell(serving.Trouble(time.GetUtcNow()));
        }
    }

    // Logged once per failure: nothing else reports a certificate that expires without a change.
    private void Tell(string? trouble)
    {
        if (trouble is not null && trouble != _told)
        {
            Log.NotReady(logger, trouble);
        }

        _told = trouble;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The outermost edge of a loop: whatever a file makes a parser throw, no replica stops over it.")]
    private ReloadResult Check(WatchedFiles files)
    {
        try
        {
            return files.Check(time.GetUtcNow(), logger);
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
            return Infrastructure.ReloadResult.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(62, LogLevel.Error, "Checking the certificates failed with an unexpected error; the current ones remain in use")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(63, LogLevel.Error, "Not ready: {Why}")]
        public static partial void NotReady(ILogger logger, string why);
    }
}
