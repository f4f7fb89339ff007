namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>A clock with a fixed time.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
