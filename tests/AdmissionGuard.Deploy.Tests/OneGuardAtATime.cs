namespace AdmissionGuard.Deploy.Tests;

/// <summary>OpenTelemetry collects every meter of a process, so two guards at the same time would count together.</summary>
/// <remarks>xunit finds a collection only in the assembly of its tests.</remarks>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneGuardAtATime
{
    public const string Name = "one guard at a time";
}
