using System.Diagnostics;
using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Counts and times the calls to the API server.</summary>
/// <param name="meters">Creates meters.</param>
public sealed class ApiServerMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = Instruments.CallDuration.Create(meters);
    private readonly Counter<long> _hedges = Instruments.Hedges.Create(meters);

    internal void Watch(ApiServerCircuitBreaker breaker) => Instruments.CircuitState.Observe(meters, () => breaker.State);

    internal void CountHedge(string name) => _hedges.Add(1, Tags.ReadCall.With(name));

    internal Call Start(string name) => new(_duration, name, Stopwatch.GetTimestamp());

    internal readonly record struct Call(Histogram<double> Duration, string Name, long Start)
    {
        public void Answered() => Record("answered");

        public void Failed() => Record("failed");

        private void Record(string outcome) => Duration.Record(
            Stopwatch.GetElapsedTime(Start).TotalSeconds, Tags.Call.With(Name), Tags.CallOutcome.With(outcome));
    }
}
