using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
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
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.certificate.not_after.timestamp",
            () => At(serving.Pair?.Validity.Until),
            "s",
            "When the served certificate expires, in Unix time.");
        meter.CreateObservableGauge(
            "admissionguard.certificate.valid",
            () => serving.Pair is { } pair && pair.Validity.Covers(time.GetUtcNow()) && sources.All(source => source.Rejected is null)
                ? 1
                : 0,
            "1",
            "1 if the newest certificate is valid and served, 0 if an older one is served because it is invalid, or if there is none.");
        _reloads = new ReloadCounter(meter, "admissionguard.certificate.reloads", "Changes of the certificates, by outcome.");
        if (selfManaged is not null)
        {
            meter.CreateObservableGauge(
                "admissionguard.certificate.authority.not_after.timestamp",
                () => At(selfManaged.AuthorityUntil),
                "s",
                "When the current certificate authority expires, in Unix time.");
            meter.CreateObservableGauge(
                "admissionguard.leader",
                () => selfManaged.IsLeader ? 1 : 0,
                "1",
                "1 if this replica is the leader, which renews the certificates and publishes their authority, else 0.");
        }
    }

    public void Count(ReloadResult reload) => _reloads.Count(reload);

    private static IEnumerable<Measurement<double>> At(DateTimeOffset? time) =>
        time is { } known ? [new Measurement<double>(known.ToUnixTimeMilliseconds() / 1000.0)] : [];
}
