using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A namespace has the labels and annotations that its new tenant requires.</summary>
internal sealed class RequiredMetadata : IPolicyRule
{
    public string Name => "requiredMetadata";

    public string Summary => "The namespace has the labels and annotations that the new tenant requires (`spec.namespaceOptions.requiredMetadata`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(RuleCase rule) => rule.Target is not { } target || (target.RequiredLabels is [] && target.RequiredAnnotations is []) ? [] :
    [
        .. Missing("label", target, target.RequiredLabels, () => rule.Request.ReadMetadata().Labels),
        .. Missing("annotation", target, target.RequiredAnnotations, () => rule.Request.ReadMetadata().Annotations),
    ];

    private static IEnumerable<string> Missing(
        string what, Tenant target, ImmutableArray<KeyValuePair<string, string>> required, Func<ImmutableArray<KeyValuePair<string, string>>> read)
    {
        foreach (var (key, text) in required)
        {
            if (TenantPattern.TryRead(text) is not { } pattern)
            {
                yield return $"tenant {Text.Quote(target.Name)} requires the {what} {Text.Quote(key)} by a pattern that can't be read, {Text.Quote(text)}; mend it first";
            }
            else if (!read().Any(pair => pair.Key == key && pattern.Matches(pair.Value, orElse: false)))
            {
                yield return $"tenant {Text.Quote(target.Name)} requires the {what} {Text.Quote(key)} with a value that matches {Text.Quote(text)}; set it in the same request";
            }
        }
    }
}
