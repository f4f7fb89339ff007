using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Counts reloads by outcome: <c>applied</c> or <c>refused</c>.</summary>
internal sealed class ReloadCounter
{
    private readonly Counter<long> _reloads;

    /// <summary>Creates the counter.</summary>
    /// <param name="meter">Its meter.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="description">The metric's description.</param>
    public ReloadCounter(Meter meter, string name, string description)
    {
        _reloads = meter.CreateCounter<long>(name, "{reload}", description);
        // From the start, so that the first increase is visible.
        Add(0, "applied");
        Add(0, "refused");
    }

    /// <summary>Counts a reload that changed something.</summary>
    public void Count(ReloadResult reload)
    {
        if (reload is not ReloadResult.Same)
        {
            Add(1, reload is ReloadResult.Applied ? "applied" : "refused");
        }
    }

    private void Add(long count, string outcome) => _reloads.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
}
