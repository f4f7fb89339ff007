using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Checking.Cases;

/// <summary>What a request is decided by: out of files, flags, or the case itself.</summary>
/// <param name="Objects">The cluster's objects.</param>
/// <param name="Options">What the operators chose.</param>
/// <param name="At">The time.</param>
internal sealed record CaseEnvironment(ManifestStore Objects, GuardOptions Options, DateTimeOffset At);
