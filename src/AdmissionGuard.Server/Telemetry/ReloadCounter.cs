using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Counts reloads by outcome.</summary>
/// <param name="meters">Creates meters.</param>
/// <param name="definition">The counter, with the tag <see cref="Tags.ReloadOutcome"/>.</param>
internal sealed class ReloadCounter(IMeterFactory meters, CounterDefinition definition)
{
    private readonly Counter<long> _reloads = definition.Create(meters);

    /// <summary>Counts a reload that changed something.</summary>
    public void Count(ReloadResult reload)
    {
        if (reload is not ReloadResult.Same)
        {
            _reloads.Add(1, Tags.ReloadOutcome.With(reload is ReloadResult.Applied ? "applied" : "refused"));
        }
    }
}
