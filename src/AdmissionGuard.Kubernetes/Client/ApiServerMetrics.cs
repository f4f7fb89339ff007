using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Counts and times the calls to the API server. Its labels have fixed values, which users can't extend.</summary>
public sealed class ApiServerMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AdmissionGuard.Kubernetes";

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _hedges;
    private readonly Meter _meter;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes meters.</param>
    public ApiServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram(
            "admissionguard.api.call.duration",
            "s",
            "Duration of calls to the API server, retries included.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
            });
        _hedges = _meter.CreateCounter<long>(
            "admissionguard.api.call.hedges",
            "{request}",
            "Second requests that were sent because the first was not answered within half of its time; the first response is used.");
    }

    internal void Watch(ApiServerCircuitBreaker breaker) => _meter.CreateObservableGauge(
        "admissionguard.circuit.state",
        () => breaker.State,
        unit: null,
        "State of the circuit breaker for the API server: 0 closed (normal); 1 half-open (a single probe is sent); 2 open (calls fail "
            + "immediately).");

    internal void CountHedge(string name) => _hedges.Add(1, new KeyValuePair<string, object?>("call", name));

    internal Call Start(string name) => new(_duration, name, Stopwatch.GetTimestamp());

    internal readonly record struct Call(Histogram<double> Duration, string Name, long Start)
    {
        public void Answered() => Record("answered");

        public void Failed() => Record("failed");

        private void Record(string outcome) => Duration.Record(
            Stopwatch.GetElapsedTime(Start).TotalSeconds,
            new KeyValuePair<string, object?>("call", Name),
            new KeyValuePair<string, object?>("outcome", outcome));
    }
}
