using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>One configuration. It is immutable: a review uses the same configuration from start to end.</summary>
/// <param name="Generation">Counts the configurations applied, from 1.</param>
/// <param name="Options">What was chosen.</param>
internal sealed record ConfigurationVersion(long Generation, GuardOptions Options);
