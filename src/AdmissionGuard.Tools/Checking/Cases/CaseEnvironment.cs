using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>The input of a decision: from files, flags, or the case itself.</summary>
/// <param name="Objects">The cluster's objects.</param>
/// <param name="Options">The operators' configuration.</param>
/// <param name="At">The time.</param>
internal sealed record CaseEnvironment(ManifestStore Objects, GuardOptions Options, DateTimeOffset At);
