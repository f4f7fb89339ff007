using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Listing;
using AdmissionGuard.Server.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Health;

/// <summary>Ready is who has listed the tenants once: address, credentials and rights are good. What comes later is each look-up's own affair.</summary>
internal sealed partial class TenantListReadiness(
    ApiServerClient calls, LiveConfiguration configuration, TimeProvider time, ILogger<TenantListReadiness> logger)
    : PeriodicService("list of tenants", time, logger), IHealthCheck
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;
    private TimeSpan _pause = ShortestPause;
    private volatile string _failure = "the API server has not answered yet";

    /// <summary>Waits until they were listed.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _listed.Task.WaitAsync(cancellation);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _listed.Task.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"the tenants were not listed yet: {_failure}"));

    protected override async ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        if (await ListAsync(cancellation))
        {
            _listed.SetResult();
            return null;
        }

        var pause = _pause;
        _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        return pause;
    }

    private async Task<bool> ListAsync(CancellationToken cancellation)
    {
        var tenants = await new NamespaceTenancyLister(calls, configuration.Current.Options.Tenant, _time).TenantsAsync(cancellation);
        switch (tenants.Failure)
        {
            case null:
                Log.Listed(_logger, tenants.Items.Length);
                return true;
            case var failure when failure != _failure:
                Log.NotListed(_logger, failure);
                _failure = failure;
                return false;
            default:
                return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(13, LogLevel.Information, "The tenants can be listed: there are {Count}")]
        public static partial void Listed(ILogger logger, int count);

        [LoggerMessage(14, LogLevel.Warning, "Not ready, the tenants can't be listed, trying again: {Why}")]
        public static partial void NotListed(ILogger logger, string why);
    }
}
