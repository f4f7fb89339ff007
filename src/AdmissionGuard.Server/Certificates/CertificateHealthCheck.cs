using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Unhealthy without a valid certificate, because the API server would refuse the connection.</summary>
internal sealed class CertificateHealthCheck(ServingCertificates serving, IEnumerable<CertificateSource> sources, TimeProvider time)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        CertificateSource[] rejecting = [.. sources.Where(source => source.Rejected is not null)];
        return (serving.Pair, serving.Trouble(time.GetUtcNow())) switch
        {
            (null, { } trouble) =>
                HealthCheckResult.Unhealthy($"{trouble}{string.Concat(rejecting.Select(source => $": {source.Rejected}"))}"),
            (_, { } trouble) => HealthCheckResult.Unhealthy(trouble),
            ({ } pair, _) when rejecting.Length > 0 => HealthCheckResult.Degraded(
                $"the certificate valid until {pair.Validity.Until:u} remains in use: "
                    + $"{string.Join("; ", rejecting.Select(source => $"the {source.What} can't be loaded: {source.Rejected}"))}"),
            _ => HealthCheckResult.Healthy(),
        };
    }
}
