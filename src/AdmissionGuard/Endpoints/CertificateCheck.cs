using AdmissionGuard.Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Endpoints;

/// <summary>Ready is who can be talked to: a certificate that the API server would refuse is as good as none.</summary>
internal sealed class CertificateCheck(ServingCertificate certificate, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(certificate.IsValidAt(time.GetUtcNow())
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("the serving certificate has expired, or is not valid yet"));
}
