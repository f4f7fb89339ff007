using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Hosting;
using AdmissionGuard.Telemetry;

namespace AdmissionGuard.Reviews;

/// <summary>Bounds how many reviews look things up at a time. Nobody queues: the API server waits better than the guard does.</summary>
internal sealed class LookupGate : ILookupGate, IDisposable
{
    private readonly ConcurrencyLimiter _limiter;

    public LookupGate(ServeOptions options, IMeterFactory meters)
    {
        var most = options.MaxLookups;
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 });
        var meter = meters.Create(ReviewMetrics.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.lookups.in_flight", () => most - _limiter.GetStatistics()!.CurrentAvailablePermits, unit: null, "Reviews that are looking things up: tenants, Capsule's configuration, access reviews.");
        meter.CreateObservableGauge("admissionguard.lookups.limit", () => most, unit: null, "How many may at a time (--max-lookups).");
    }

    public IDisposable? Enter()
    {
        var lease = _limiter.AttemptAcquire();
        return lease.IsAcquired ? lease : null;
    }

    public void Dispose() => _limiter.Dispose();
}
