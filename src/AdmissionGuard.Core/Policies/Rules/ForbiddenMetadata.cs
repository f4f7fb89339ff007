using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>The namespace has no label or annotation that its new tenant forbids.</summary>
internal sealed class ForbiddenMetadata : IPolicyRule
{
    public string Name => "forbiddenMetadata";

    public string Summary =>
        "The namespace has no label or annotation that the new tenant forbids (`spec.namespaceOptions.forbiddenLabels` and "
        + "`forbiddenAnnotations`), except those that the tenant adds itself (`additionalMetadata`, `additionalMetadataList`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context)
    {
        if (context.Target is not { } target || (target.ForbiddenLabels.IsEmpty && target.ForbiddenAnnotations.IsEmpty))
        {
            return [];
        }

        var metadata = context.MetadataIn(target);
        return
        [
            .. Found("label", target, target.ForbiddenLabels, metadata.Labels),
            .. Found("annotation", target, target.ForbiddenAnnotations, metadata.Annotations),
        ];
    }

    private static IEnumerable<string> Found(string what, Tenant target, ForbiddenKeys forbidden, MetadataSet metadata)
    {
        var pattern = forbidden.Pattern.Length == 0 ? null : TenantPattern.TryRead(forbidden.Pattern);
        if (pattern is null && forbidden.Pattern.Length > 0)
        {
            yield return $"tenant {MessageText.Quote(target.Name)} forbids {what}s by a pattern that is invalid, "
                + $"{MessageText.Quote(forbidden.Pattern)}; fix it first";
        }

        // Metadata that the target adds itself is not forbidden.
        var keys = metadata.OtherKeys
            .Where(key => forbidden.Keys.Contains(key, StringComparer.Ordinal) || pattern?.Matches(key, orElse: true) is true)
            .ToList();
        if (keys is not [])
        {
            // If it is removed in an earlier request, the old tenant may add it again.
            var (whats, them) = keys is [_] ? (what, "it") : ($"{what}s", "them");
            yield return $"tenant {MessageText.Quote(target.Name)} forbids the {whats} {MessageText.List(keys)}; remove {them} in the same "
                + "request";
        }
    }
}
