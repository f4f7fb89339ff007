using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Reads the certificates' files again when they change, and checks that the certificate in use is valid.</summary>
/// <param name="watched">The files.</param>
/// <param name="serving">The certificate in use.</param>
/// <param name="metrics">Counts the reloads.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where changes and errors are logged.</param>
internal sealed partial class CertificateRefresher(
    IEnumerable<WatchedFiles> watched, ServingCertificates serving, CertificateMetrics metrics, TimeProvider time, ILogger<CertificateRefresher> logger)
    : PeriodicService("certificates", time, logger)
{
    /// <summary>How often the files are compared.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;
    private string? _reported;

    protected override TimeSpan FirstPause => Period;

    protected override ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        foreach (var files in watched)
        {
            metrics.Count(files.Reload(_time.GetUtcNow(), _logger));
        }

        Report(serving.Trouble(_time.GetUtcNow()));
        return ValueTask.FromResult<TimeSpan?>(Period);
    }

    // Once, however long it lasts: nothing else reports a certificate that expires.
    private void Report(string? trouble)
    {
        if (trouble is not null && trouble != _reported)
        {
            Log.NotReady(_logger, trouble);
        }

        _reported = trouble;
    }

    private static partial class Log
    {
        [LoggerMessage(63, LogLevel.Error, "Not ready: {Why}")]
        public static partial void NotReady(ILogger logger, string why);
    }
}
