using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Telemetry;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Reports which configuration is in use, and whether the current file is valid.</summary>
internal sealed class ConfigurationMetrics
{
    private readonly ReloadCounter _reloads;

    public ConfigurationMetrics(IMeterFactory meters, LiveConfiguration configuration)
    {
        Instruments.ConfigurationGeneration.Observe(meters, () => configuration.Current.Generation);
        Instruments.ConfigurationValid.Observe(meters, () => configuration.Rejected is null ? 1 : 0);
        _reloads = new ReloadCounter(meters, Instruments.ConfigurationReloads);
    }

    public void Count(ReloadResult reload) => _reloads.Count(reload);
}
