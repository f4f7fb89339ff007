using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Reports the result of the last successful scan.</summary>
internal sealed class TenancyScanMetrics
{
    private ImmutableDictionary<ResolvedTenancyState, int> _counts = ImmutableDictionary<ResolvedTenancyState, int>.Empty;
    private long _lastSuccess;

    public TenancyScanMetrics(IMeterFactory meters)
    {
        Instruments.Namespaces.Observe(meters, Observe);
        Instruments.ScanLastSuccess.Observe(meters, () => Volatile.Read(ref _lastSuccess));
    }

    public static string Name(ResolvedTenancyState state) => state switch
    {
        ResolvedTenancyState.Consistent => "consistent",
        ResolvedTenancyState.StaleUid => "stale-uid",
        ResolvedTenancyState.UnknownTenant => "unknown-tenant",
        ResolvedTenancyState.LabelOnly => "label-only",
        ResolvedTenancyState.OwnerOnly => "owner-only",
        ResolvedTenancyState.Conflicting => "conflicting",
        _ => "none",
    };

    public void Record(ImmutableDictionary<ResolvedTenancyState, int> counts, DateTimeOffset now)
    {
        Volatile.Write(ref _counts, counts);
        Volatile.Write(ref _lastSuccess, now.ToUnixTimeSeconds());
    }

    private IEnumerable<Measurement<int>> Observe() => Volatile.Read(ref _lastSuccess) == 0
        ? []
        : Enum.GetValues<ResolvedTenancyState>()
            .Select(
                state => new Measurement<int>(_counts.GetValueOrDefault(state), Tags.TenancyState.With(Name(state))));
}
