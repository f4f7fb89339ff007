using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Limits;

/// <summary>Bounds how many look-ups are under way at a time. Nobody queues: the API server waits better than the guard does.</summary>
internal sealed class LookupGate : ILookupGate, IDisposable
{
    private readonly int _most;
    private readonly ConcurrencyLimiter _limiter;

    public LookupGate(int maxLookups, IMeterFactory meters)
    {
        var most = _most = maxLookups;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.lookups.in_flight",
            () => most - _limiter.GetStatistics()!.CurrentAvailablePermits,
            unit: null,
            "Look-ups under way: calls to the API server for tenants, Capsule's configuration and access reviews.");
        meter.CreateObservableGauge(
            "admissionguard.lookups.limit", () => most, unit: null, "The most look-ups that may be under way at a time (--max-lookups).");
    }

    /// <inheritdoc />
    /// <remarks>A decision that takes more than all there are waits for nobody else to look up, or it could never be made.</remarks>
    public IDisposable? Enter(int lookups)
    {
        var lease = _limiter.AttemptAcquire(Math.Min(lookups, _most));
        return lease.IsAcquired ? lease : null;
    }

    public void Dispose() => _limiter.Dispose();
}
