using System.Collections.Immutable;

namespace AdmissionGuard.Core.Capsule;

/// <summary>A Kubernetes label selector: all its conditions must hold.</summary>
/// <param name="MatchLabels">Labels that must have exactly these values.</param>
/// <param name="MatchExpressions">Further conditions.</param>
public sealed record NamespaceSelector(
    ImmutableArray<KeyValuePair<string, string>> MatchLabels, ImmutableArray<SelectorExpression> MatchExpressions)
{
    /// <summary>Whether a namespace with these labels is selected.</summary>
    /// <param name="labels">The labels; <see langword="null"/> as a value where it is not known yet.</param>
    /// <returns><see langword="false"/> also for a selector that is invalid: Capsule refuses what meets one.</returns>
    public bool Matches(IReadOnlyDictionary<string, string?> labels) =>
        MatchLabels.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
        && MatchExpressions.All(expression => expression.Matches(labels));
}

/// <summary>One condition of a label selector.</summary>
/// <param name="Key">The label's key.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
/// <param name="Values">The values that the first two compare with.</param>
public sealed record SelectorExpression(string Key, string Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether the condition holds.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns><see langword="false"/> also for an unknown operator.</returns>
    public bool Matches(IReadOnlyDictionary<string, string?> labels) => (Operator, labels.TryGetValue(Key, out var value)) switch
    {
        ("In", true) => value is not null && Values.Contains(value, StringComparer.Ordinal),
        // As in Kubernetes, a namespace without the label is selected too.
        ("NotIn", _) => value is null || !Values.Contains(value, StringComparer.Ordinal),
        ("Exists", var exists) => exists,
        ("DoesNotExist", var exists) => !exists,
        _ => false,
    };
}
