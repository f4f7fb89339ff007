using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Configuration;

/// <summary>
/// An invalid file degrades the check but does not make the guard unready: the last known good configuration is still
/// in use.
/// </summary>
internal sealed class ConfigurationHealthCheck(LiveConfiguration configuration) : IHealthCheck
{
    private const int MaxLines = 3;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        configuration.Rejected is { Errors: var errors }
            ? HealthCheckResult.Degraded(
                $"the file is invalid, configuration {configuration.Current.Generation} remains in use: "
                    + $"{string.Join("; ", ConfigurationError.ToLines(errors, MaxLines))}")
            : HealthCheckResult.Healthy());
}
