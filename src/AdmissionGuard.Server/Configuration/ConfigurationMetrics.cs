using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reports which configuration is in use, and whether the current file is valid.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly Counter<long> _reloads;

    public ConfigurationMetrics(IMeterFactory meters, LiveConfiguration configuration)
    {
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.configuration.generation",
            () => configuration.Current.Generation,
            "{configuration}",
            "The number of the configuration in use, counted from 1 since the start.");
        meter.CreateObservableGauge(
            "admissionguard.configuration.valid",
            () => configuration.Rejected is null ? 1 : 0,
            "1",
            "1 if the configuration file is in use, 0 if it is invalid and an older configuration remains in use.");
        _reloads = meter.CreateCounter<long>(
            "admissionguard.configuration.reloads", "{reload}", "Changes of the configuration file, by outcome.");
        // From the start, so that the first increase is visible.
        Add(0, "applied");
        Add(0, "refused");
    }

    public void Count(ReloadResult reload)
    {
        if (reload is not ReloadResult.Same)
        {
            Add(1, reload is ReloadResult.Applied ? "applied" : "refused");
        }
    }

    private void Add(long count, string outcome) => _reloads.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
