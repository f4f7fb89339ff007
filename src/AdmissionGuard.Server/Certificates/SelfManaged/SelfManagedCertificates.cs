using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Secrets;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Serves the certificate in the Secret, in every replica; the leader keeps the Secret up to date.</summary>
/// <param name="secret">Where the certificates are kept.</param>
/// <param name="reconciler">Issues and publishes them.</param>
/// <param name="source">Keeps the last valid one.</param>
/// <param name="lifetimes">Determine how often the Secret is read.</param>
/// <param name="serving">Where the certificate is put in use.</param>
/// <param name="status">Whether this replica is the leader.</param>
/// <param name="metrics">Counts the reloads.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where steps and failures are logged.</param>
internal sealed partial class SelfManagedCertificates(
    CertificateSecret secret,
    CertificateReconciler reconciler,
    CertificateSource source,
    Lifetimes lifetimes,
    ServingCertificates serving,
    SelfManagedStatus status,
    CertificateMetrics metrics,
    TimeProvider time,
    ILogger<SelfManagedCertificates> logger)
    : PeriodicService("certificates", time, logger)
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;
    private string? _reported;

    protected override async ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        using var deadline = new Deadline(_time, Budget, cancellation);
        switch (await secret.ReadAsync(deadline))
        {
            case ReadResult<StoredSecret>.Found { Value: var found }:
                TakeUp(found);
                await KeepAsync(found, cancellation);
                break;
            case ReadResult<StoredSecret>.NotFound:
                Fail($"Secret {secret.Name} does not exist: create it empty, and the guard fills it");
                break;
            case ReadResult<StoredSecret>.Failed { Failure: var why }:
                Fail($"Secret {secret.Name} can't be read: {ApiFailureText.ForUser(why)}");
                break;
        }

        var period = lifetimes.Period;
        return serving.Pair is null && period > FirstPeriod ? FirstPeriod : period;
    }

    private async Task KeepAsync(StoredSecret found, CancellationToken cancellation)
    {
        if (!status.IsLeader)
        {
            Tell(null);
            return;
        }

        var (after, failure) = await reconciler.KeepAsync(
            found, serving.Pair, () => status.IsLeader, step => Log.Step(_logger, step), cancellation);
        Tell(failure);
        TakeUp(after);
    }

    private void TakeUp(StoredSecret found)
    {
        var (certificate, key) = (found.Data(CertificateSecretContent.CertificateName), found.Data(CertificateSecretContent.KeyName));
        if (certificate.Length == 0 && key.Length == 0 && serving.Pair is null)
        {
            source.Reject($"Secret {secret.Name} is empty; waiting for the leader to fill it");
            return;
        }

        var fingerprint = ContentFingerprint.Of(certificate, key, found.Data(CertificateSecretContent.BundleName));
        metrics.Count(source.Reload(fingerprint, () => Apply(found, certificate, key), _logger));
    }

    private string Apply(StoredSecret found, string certificate, string key)
    {
        var kept = CertificateSecretContent.Read(found);
        // The authority may be another although the certificate can't be used.
        status.AuthorityUntil = kept.Signer is { } signer ? Validity.Of(signer).Until : null;
        var pair = CertificatePair.Read(certificate, key, _time.GetUtcNow());
        if (!kept.Bundle.IsEmpty && !kept.Bundle.Any(authority => CaBundlePem.HasSigned(authority, pair)))
        {
            throw new ServingCertificateException($"it is not signed by an authority in {CertificateSecretContent.BundleName}");
        }

        serving.Serve(pair);
        return $"of Secret {secret.Name}, valid until {pair.Validity.Until:u}";
    }

    private void Fail(string why)
    {
        if (serving.Pair is null)
        {
            source.Reject(why);
        }

        Tell(why);
    }

    // Each failure is logged once, even if it repeats.
    private void Tell(string? failure)
    {
        if (failure is not null && failure != _reported)
        {
            Log.Unable(_logger, failure);
        }

        _reported = failure;
    }

    private static partial class Log
    {
        [LoggerMessage(80, LogLevel.Information, "Certificates: {Step}")]
        public static partial void Step(ILogger logger, string step);

        [LoggerMessage(81, LogLevel.Warning, "The certificates can't be checked or renewed at the moment: {Why}")]
        public static partial void Unable(ILogger logger, string why);
    }
}
