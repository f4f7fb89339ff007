using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Unhealthy without a valid certificate, because the API server would refuse the connection.</summary>
internal sealed class CertificateCheck(ServingCertificates serving, IEnumerable<LastKnownGood> lastKnownGoods, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        LastKnownGood[] rejecting = [.. lastKnownGoods.Where(lastKnownGood => lastKnownGood.Rejected is not null)];
        return (serving.Pair, serving.Trouble(time.GetUtcNow())) switch
        {
            (null, { } trouble) => HealthCheckResult.Unhealthy($"{trouble}{string.Concat(rejecting.Select(lastKnownGood => $": {lastKnownGood.Rejected}"))}"),
            (_, { } trouble) => HealthCheckResult.Unhealthy(trouble),
            ({ } pair, _) when rejecting.Length > 0 => HealthCheckResult.Degraded(
                $"the certificate valid until {pair.Validity.Until:u} remains in use: {string.Join("; ", rejecting.Select(lastKnownGood => $"the {lastKnownGood.What} can't be loaded: {lastKnownGood.Rejected}"))}"),
            _ => HealthCheckResult.Healthy(),
        };
    }
}
