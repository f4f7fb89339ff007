using System.Collections.Immutable;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Listing;
using AdmissionGuard.Server.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AdmissionGuard.Server.Health;

/// <summary>
/// Ready after the tenants were listed once: address, credentials and permissions are valid. Later failures affect only the single lookups.
/// </summary>
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

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        _listed.Task.IsCompleted
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"the tenants have not been listed yet: {_failure}"));

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
        var listed = await new NamespaceTenancyLister(calls, configuration.Current.Options.Tenant, _time).TenantsAsync(cancellation);
        if (listed is ReadResult<ImmutableArray<KeyValuePair<string, string>>>.Found { Value: var tenants })
        {
            Log.Listed(_logger, tenants.Length);
            return true;
        }

        if (listed is ReadResult<ImmutableArray<KeyValuePair<string, string>>>.Failed { Failure: var failure }
            && ApiFailureText.ForUser(failure) is var words && words != _failure)
        {
            Log.NotListed(_logger, words);
            _failure = words;
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(13, LogLevel.Information, "The tenants were listed: {Count} found")]
        public static partial void Listed(ILogger logger, int count);

        [LoggerMessage(14, LogLevel.Warning, "Not ready: the tenants can't be listed, retrying: {Why}")]
        public static partial void NotListed(ILogger logger, string why);
    }
}
