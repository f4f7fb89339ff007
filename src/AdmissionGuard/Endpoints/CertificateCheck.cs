using AdmissionGuard.Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Endpoints;

/// <summary>Ready is who can be talked to: a certificate that the API server would refuse is as good as none.</summary>
internal sealed class CertificateCheck(ServingCertificates serving, IEnumerable<Intake> intakes, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        var rejected = string.Join("; ", intakes.Where(intake => intake.Rejected is not null).Select(intake => $"the {intake.What} that is there can't be used: {intake.Rejected}"));
        return serving.Pair switch
        {
            null => HealthCheckResult.Unhealthy($"there is no serving certificate yet{(rejected.Length > 0 ? $": {rejected}" : "")}"),
            { } pair when !pair.Validity.Covers(time.GetUtcNow()) => HealthCheckResult.Unhealthy("the serving certificate has expired, or is not valid yet"),
            { } pair when rejected.Length > 0 => HealthCheckResult.Degraded($"the one before stays, valid until {pair.Validity.Until:u}: {rejected}"),
            _ => HealthCheckResult.Healthy(),
        };
    }
}
