using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reports which configuration is in use, and whether the current file is valid.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly ReloadCounter _reloads;

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
        _reloads = new ReloadCounter(meter, "admissionguard.configuration.reloads", "Changes of the configuration file, by outcome.");
    }

    public void Count(ReloadResult reload) => _reloads.Count(reload);
}
