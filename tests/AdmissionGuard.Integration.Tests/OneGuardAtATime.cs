namespace AdmissionGuard.Integration.Tests;

/// <summary>OpenTelemetry collects every meter of a process, so two guards at the same time would count together.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneGuardAtATime
{
    public const string Name = "one guard at a time";
}
