using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Secrets;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Serves the certificate in the Secret, in every replica; the leader keeps the Secret up to date.</summary>
internal sealed partial class SelfManagedCertificates : PeriodicService
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstPeriod = TimeSpan.FromSeconds(1);

    private readonly SelfManagedServices _parts;
    private readonly ServingCertificates _serving;
    private readonly SelfManagedStatus _status;
    private readonly CertificateMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private string? _reported;

    /// <summary>Creates it.</summary>
    public SelfManagedCertificates(
        SelfManagedServices parts,
        ServingCertificates serving,
        SelfManagedStatus status,
        CertificateMetrics metrics,
        TimeProvider time,
        ILogger<SelfManagedCertificates> logger)
        : base("certificates", time, logger) =>
            (_parts, _serving, _status, _metrics, _time, _logger) = (parts, serving, status, metrics, time, logger);

    protected override async ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        using var deadline = new Deadline(_time, Budget, cancellation);
        switch (await _parts.Secret.ReadAsync(deadline))
        {
            case ReadResult<StoredSecret>.Found { Value: var found }:
                TakeUp(found);
                await KeepAsync(found, cancellation);
                break;
            case ReadResult<StoredSecret>.NotFound:
                Fail($"Secret {_parts.Secret.Name} does not exist: create it empty, and the guard fills it");
                break;
            case ReadResult<StoredSecret>.Failed { Failure: var why }:
                Fail($"Secret {_parts.Secret.Name} can't be read: {ApiFailureText.ForUser(why)}");
                break;
        }

        var period = _parts.Lifetimes.Period;
        return _serving.Pair is null && period > FirstPeriod ? FirstPeriod : period;
    }

    private async Task KeepAsync(StoredSecret found, CancellationToken cancellation)
    {
        if (!_status.IsLeader)
        {
            Tell(null);
            return;
        }

        var (after, failure) = await _parts.Reconciler.KeepAsync(
            found, _serving.Pair, () => _status.IsLeader, step => Log.Step(_logger, step), cancellation);
        Tell(failure);
        TakeUp(after);
    }

    private void TakeUp(StoredSecret found)
    {
        var (certificate, key) = (found.Data(CertificateSecretContent.CertificateName), found.Data(CertificateSecretContent.KeyName));
        if (certificate.Length == 0 && key.Length == 0 && _serving.Pair is null)
        {
            _parts.Source.Reject($"Secret {_parts.Secret.Name} is empty; waiting for the leader to fill it");
            return;
        }

        var fingerprint = ContentFingerprint.Of(certificate, key, found.Data(CertificateSecretContent.BundleName));
        _metrics.Count(_parts.Source.Reload(fingerprint, () => Apply(found, certificate, key), _logger));
    }

    private string Apply(StoredSecret found, string certificate, string key)
    {
        var kept = CertificateSecretContent.Read(found);
        // The authority may be another although the certificate can't be used.
        _status.AuthorityUntil = kept.Signer is { } signer ? Validity.Of(signer).Until : null;
        var pair = CertificatePair.Read(certificate, key, _time.GetUtcNow());
        if (!kept.Bundle.IsEmpty && !kept.Bundle.Any(authority => CaBundlePem.HasSigned(authority, pair)))
        {
            throw new ServingCertificateException($"it is not signed by an authority in {CertificateSecretContent.BundleName}");
        }

        _serving.Serve(pair);
        return $"of Secret {_parts.Secret.Name}, valid until {pair.Validity.Until:u}";
    }

    private void Fail(string why)
    {
        if (_serving.Pair is null)
        {
            _parts.Source.Reject(why);
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
