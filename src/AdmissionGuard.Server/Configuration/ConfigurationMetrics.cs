using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Tells which configuration is in force, and whether the file as it is now could be.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly Counter<long> _reloads;

    public ConfigurationMetrics(IMeterFactory meters, LiveConfiguration configuration)
    {
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.configuration.generation", () => configuration.Current.Generation, "{configuration}", "The configuration in force, counted from 1 since the start.");
        meter.CreateObservableGauge(
            "admissionguard.configuration.valid", () => configuration.Rejected is null ? 1 : 0, "1", "1 where the configuration's file is in force, 0 where an older one stays because it can't be used.");
        _reloads = meter.CreateCounter<long>("admissionguard.configuration.reloads", "{reload}", "Changes of the configuration's file, by outcome.");
        // From the start, so that the first change shows as a growth.
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
