namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>A clock that stands: decisions are made for this time.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
