using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Telemetry;
using AdmissionGuard.Server.Certificates.SelfManaged;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Reports which certificate is served, until when, and whether it is the newest.</summary>
internal sealed class CertificateMetrics
{
    private readonly ReloadCounter _reloads;

    public CertificateMetrics(
        IMeterFactory meters,
        ServingCertificates serving,
        IEnumerable<CertificateSource> sources,
        TimeProvider time,
        SelfManagedStatus? selfManaged = null)
    {
        Instruments.CertificateNotAfter.Observe(meters, () => At(serving.Pair?.Validity.Until));
        Instruments.CertificateValid.Observe(
            meters,
            () => serving.Pair is { } pair && pair.Validity.Covers(time.GetUtcNow()) && sources.All(source => source.Rejected is null)
                ? 1
                : 0);
        _reloads = new ReloadCounter(meters, Instruments.CertificateReloads);
        if (selfManaged is not null)
        {
            Instruments.AuthorityNotAfter.Observe(meters, () => At(selfManaged.AuthorityUntil));
            Instruments.Leader.Observe(meters, () => selfManaged.IsLeader ? 1 : 0);
        }
    }

    public void Count(ReloadResult reload) => _reloads.Count(reload);

    private static IEnumerable<Measurement<double>> At(DateTimeOffset? time) =>
        time is { } known ? [new Measurement<double>(known.ToUnixTimeMilliseconds() / 1000.0)] : [];
}
