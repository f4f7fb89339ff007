using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A namespace has the labels and annotations that its new tenant requires.</summary>
internal sealed class RequiredMetadata : IPolicyRule
{
    public string Name => "requiredMetadata";

    public string Summary =>
        "The namespace has the labels and annotations that the new tenant requires (`spec.namespaceOptions.requiredMetadata`); "
        + "metadata that the tenant adds itself counts.";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context)
    {
        if (context.Target is not { } target || (target.RequiredLabels is [] && target.RequiredAnnotations is []))
        {
            return [];
        }

        var metadata = context.MetadataIn(target);
        return
        [
            .. Missing("label", target, target.RequiredLabels, metadata.Labels),
            .. Missing("annotation", target, target.RequiredAnnotations, metadata.Annotations),
        ];
    }

    private static IEnumerable<string> Missing(
        string what, Tenant target, ImmutableArray<KeyValuePair<string, string>> required, MetadataSet metadata)
    {
        foreach (var (key, text) in required)
        {
            if (TenantPattern.TryRead(text) is not { } pattern)
            {
                yield return $"tenant {MessageText.Quote(target.Name)} requires the {what} {MessageText.Quote(key)} by a pattern that is "
                    + $"invalid, {MessageText.Quote(text)}; fix it first";
            }
            // A value that depends on a generated name is checked by /validate.
            else if (!metadata.TryGet(key, out var value) || (value is not null && !pattern.Matches(value, orElse: false)))
            {
                yield return $"tenant {MessageText.Quote(target.Name)} requires the {what} {MessageText.Quote(key)} "
                    + $"with a value that matches {MessageText.Quote(text)}; "
                    + Advice(what, key, value, target, metadata);
            }
        }
    }

    private static string Advice(string what, string key, string? value, Tenant target, MetadataSet metadata) =>
        metadata.IsManaged(key)
            ? $"the tenant sets the {what} {MessageText.Quote(key)} to {MessageText.Quote(value ?? "")} itself; correct the tenant first"
        : target.Managed.RemovesOthers
            ? $"the tenant removes metadata that it does not manage (managedMetadataOnly); add the {what} to its additionalMetadata first"
        : "set it in the same request";
}
