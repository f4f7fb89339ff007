using System.Collections.Immutable;
using AdmissionGuard.Core.Policies;

namespace AdmissionGuard.Core.Decisions;

/// <summary>All violations of a request, not only the first, and its warnings.</summary>
internal sealed record Evaluation(
    ImmutableArray<Violation> Violations, ImmutableArray<PolicyViolation> Warned, ImmutableArray<string> Overridden)
{
    /// <summary>The broken rules that refuse the request, each once.</summary>
    public ImmutableArray<string> Broken { get; init; } = [];

    /// <summary>The broken rules that only warn, each once.</summary>
    public ImmutableArray<string> WarnedRules => RulesOf(Warned);

    public static ImmutableArray<string> RulesOf(ImmutableArray<PolicyViolation> findings) =>
        findings is [] ? [] : [.. findings.Select(static finding => finding.Rule).Distinct(StringComparer.Ordinal)];
}
