using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Configuration;

/// <summary>A file that can't be used is to be seen, but takes nobody out of service: the last good configuration still answers.</summary>
internal sealed class ConfigurationCheck(LiveConfiguration configuration) : IHealthCheck
{
    private const int MostTold = 3;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        configuration.Rejected is { Errors: var errors }
            ? HealthCheckResult.Degraded($"the file can't be used, configuration {configuration.Current.Generation} stays: {string.Join("; ", ConfigurationError.Tell(errors, MostTold))}")
            : HealthCheckResult.Healthy());
}
