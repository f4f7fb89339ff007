using System.Collections.Immutable;

namespace AdmissionGuard.DecisionTable;

/// <summary>What one webhook is to answer.</summary>
/// <param name="Transition">The kind of transition.</param>
/// <param name="Target">The tenant asked for; <see langword="null"/> for none.</param>
/// <param name="Code">The HTTP code of a refusal; 0 for an allow.</param>
/// <param name="Missing">The permissions that are missing, as in <c>release oil</c>.</param>
/// <param name="Result">The marks that the object then has; of a refusal, those received.</param>
public sealed record Expectation(string Transition, string? Target, int Code, ImmutableArray<string> Missing, RowTenancy Result)
{
    /// <summary>Whether the request passes.</summary>
    public bool IsAllowed => Code == 0;

    /// <inheritdoc />
    public override string ToString() =>
        $"{Transition} to {Target ?? "none"}: {(IsAllowed ? $"allowed, {Result}" : $"{Code}")}{(Missing is [] ? "" : $", lacks {string.Join(" and ", Missing)}")}";
}
