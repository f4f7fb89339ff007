using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Server.Certificates.SelfManaged;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Tells which certificate is served and until when, and whether it is the newest.</summary>
internal sealed class CertificateMetrics
{
    private readonly Counter<long> _reloads;

    public CertificateMetrics(IMeterFactory meters, ServingCertificates serving, IEnumerable<CertificateSource> sources, TimeProvider time, SelfManagedStatus? selfManaged = null)
    {
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.certificate.not_after.timestamp", () => At(serving.Pair?.Validity.Until), "s", "When the certificate that is served expires.");
        meter.CreateObservableGauge(
            "admissionguard.certificate.valid",
            () => serving.Pair is { } pair && pair.Validity.Covers(time.GetUtcNow()) && sources.All(source => source.Rejected is null) ? 1 : 0,
            "1",
            "1 where the newest certificate is served and valid, 0 where an older one stays because it can't be used, or there is none.");
        _reloads = meter.CreateCounter<long>("admissionguard.certificate.reloads", "{reload}", "Changes of the certificates, by outcome.");
        // From the start, so that the first change shows as a growth.
        Add(0, "applied");
        Add(0, "refused");
        if (selfManaged is not null)
        {
            meter.CreateObservableGauge(
                "admissionguard.certificate.authority.not_after.timestamp", () => At(selfManaged.AuthorityUntil), "s", "When the certificate authority that signs expires.");
            meter.CreateObservableGauge("admissionguard.leader", () => selfManaged.IsLeader ? 1 : 0, "1", "1 where this replica renews the certificates and publishes their authority, else 0.");
        }
    }

    public void Count(ReloadResult reload)
    {
        if (reload is not ReloadResult.Same)
        {
            Add(1, reload is ReloadResult.Applied ? "applied" : "refused");
        }
    }

    private static IEnumerable<Measurement<double>> At(DateTimeOffset? time) =>
        time is { } known ? [new Measurement<double>(known.ToUnixTimeMilliseconds() / 1000.0)] : [];

    private void Add(long count, string outcome) => _reloads.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
