namespace AdmissionGuard.Tests;

/// <summary>OpenTelemetry hears every meter of a process: two guards in one would count together.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneGuardAtATime
{
    public const string Name = "one guard at a time";
}
