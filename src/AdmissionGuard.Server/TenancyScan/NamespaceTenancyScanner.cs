using System.Collections.Immutable;
using System.Security.Cryptography;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Listing;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Server.Health;

namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Looks every two minutes at all namespaces that are not being deleted, for what stands in a tenancy that no webhook saw come.</summary>
internal sealed partial class NamespaceTenancyScanner(
    ApiServerClient calls,
    LiveConfiguration configuration,
    TenantListReadiness tenantsListed,
    TenancyScanMetrics metrics,
    TimeProvider time,
    ILogger<NamespaceTenancyScanner> logger)
    : PeriodicService("tenancy scan", time, logger)
{
    private const int MostNamed = 5;

    // The garbage collector deletes the first sort, the second follows once its tenant is looked for, the third is in two tenants at once.
    private static readonly ImmutableArray<ResolvedTenancyState> Alarming = [ResolvedTenancyState.StaleUid, ResolvedTenancyState.UnknownTenant, ResolvedTenancyState.Conflicting];

    /// <summary>How long it rests, but for some seconds more or less: replicas that started together drift apart.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    private const int MostDriftSeconds = 10;

    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;
    private string? _failure;

    protected override async ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        // Before, it could only fail.
        await tenantsListed.WaitAsync(cancellation);
        await AuditAsync(cancellation);
        return Period + TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(-MostDriftSeconds, MostDriftSeconds + 1));
    }

    private async Task AuditAsync(CancellationToken cancellation)
    {
        var inventory = new NamespaceTenancyLister(calls, configuration.Current.Options.Tenant, _time);
        // In this order: a tenant that is made in between is known before a namespace that names it.
        var namespaces = await inventory.NamespacesAsync(cancellation);
        var tenants = await inventory.TenantsAsync(cancellation);
        var failure = namespaces.Failure ?? tenants.Failure;
        if (failure is null)
        {
            Judge(namespaces.Items, tenants.Items.DistinctBy(tenant => tenant.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal));
        }
        else if (failure != _failure)
        {
            Log.Failed(_logger, failure);
        }

        _failure = failure;
    }

    private void Judge(ImmutableArray<KeyValuePair<string, Tenancy>> namespaces, Dictionary<string, string> uids)
    {
        var counts = ImmutableDictionary.CreateBuilder<ResolvedTenancyState, int>();
        var named = new List<string>();
        foreach (var (name, tenancy) in namespaces)
        {
            var state = tenancy.Resolve(tenant => uids.GetValueOrDefault(tenant));
            counts[state] = counts.GetValueOrDefault(state) + 1;
            if (named.Count < MostNamed && Alarming.Contains(state))
            {
                named.Add($"{MessageText.Name(name)} ({TenancyScanMetrics.Name(state)})");
            }
        }

        metrics.Record(counts.ToImmutable(), _time.GetUtcNow());
        if (named is not [])
        {
            Log.Found(
                _logger,
                counts.GetValueOrDefault(ResolvedTenancyState.StaleUid),
                counts.GetValueOrDefault(ResolvedTenancyState.UnknownTenant),
                counts.GetValueOrDefault(ResolvedTenancyState.Conflicting),
                string.Join(", ", named));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Warning, "Audit: {StaleUid} namespaces have a stale UID, {UnknownTenant} an unknown tenant, {Conflicting} conflicting marks; the first: {Names}")]
        public static partial void Found(ILogger logger, int staleUid, int unknownTenant, int conflicting, string names);

        [LoggerMessage(51, LogLevel.Warning, "Audit: the namespaces can't be judged, what was found before stays: {Why}")]
        public static partial void Failed(ILogger logger, string why);
    }
}
