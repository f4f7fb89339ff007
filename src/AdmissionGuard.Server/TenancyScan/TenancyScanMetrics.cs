using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Reports the result of the last successful scan.</summary>
internal sealed class TenancyScanMetrics
{
    private ImmutableDictionary<ResolvedTenancyState, int> _counts = ImmutableDictionary<ResolvedTenancyState, int>.Empty;
    private long _lastSuccess;

    public TenancyScanMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.namespaces",
            Observe,
            unit: null,
            "Namespaces by the state of their label and ownerReference, as of the last audit; namespaces that are being deleted are not "
                + "counted.");
        meter.CreateObservableGauge(
            "admissionguard.audit.last_success.timestamp",
            () => Volatile.Read(ref _lastSuccess),
            "s",
            "Time of the last successful audit, in Unix time; 0 before the first.");
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
                state => new Measurement<int>(_counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", Name(state))));
}
