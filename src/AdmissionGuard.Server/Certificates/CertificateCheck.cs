using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Ready is who can be talked to: a certificate that the API server would refuse is as good as none.</summary>
internal sealed class CertificateCheck(ServingCertificates serving, IEnumerable<CertificateSource> sources, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        CertificateSource[] rejecting = [.. sources.Where(source => source.Rejected is not null)];
        return (serving.Pair, serving.Trouble(time.GetUtcNow())) switch
        {
            (null, { } trouble) => HealthCheckResult.Unhealthy($"{trouble}{string.Concat(rejecting.Select(source => $": {source.Rejected}"))}"),
            (_, { } trouble) => HealthCheckResult.Unhealthy(trouble),
            ({ } pair, _) when rejecting.Length > 0 => HealthCheckResult.Degraded(
                $"what was there before stays, the certificate valid until {pair.Validity.Until:u}: {string.Join("; ", rejecting.Select(source => $"the {source.What} can't be used: {source.Rejected}"))}"),
            _ => HealthCheckResult.Healthy(),
        };
    }
}
