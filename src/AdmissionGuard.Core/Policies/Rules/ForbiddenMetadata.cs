using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A namespace brings no label or annotation along that its new tenant forbids.</summary>
internal sealed class ForbiddenMetadata : IPolicyRule
{
    public string Name => "forbiddenMetadata";

    public string Summary => "The namespace has no label or annotation that the new tenant forbids (`spec.namespaceOptions.forbiddenLabels` and `forbiddenAnnotations`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(RuleCase rule) => rule.Target is not { } target || (target.ForbiddenLabels.IsEmpty && target.ForbiddenAnnotations.IsEmpty) ? [] :
    [
        .. Found("label", target, target.ForbiddenLabels, () => rule.Request.ReadMetadata().Labels),
        .. Found("annotation", target, target.ForbiddenAnnotations, () => rule.Request.ReadMetadata().Annotations),
    ];

    private static IEnumerable<string> Found(string what, Tenant target, ForbiddenKeys forbidden, Func<ImmutableArray<KeyValuePair<string, string>>> read)
    {
        var pattern = forbidden.Pattern.Length == 0 ? null : TenantPattern.TryRead(forbidden.Pattern);
        if (pattern is null && forbidden.Pattern.Length > 0)
        {
            yield return $"tenant {Text.Quote(target.Name)} forbids {what}s by a pattern that can't be read, {Text.Quote(forbidden.Pattern)}; mend it first";
        }

        var keys = read().Select(pair => pair.Key).Where(key => forbidden.Keys.Contains(key, StringComparer.Ordinal) || pattern?.Matches(key, orElse: true) is true).ToList();
        if (keys is not [])
        {
            yield return $"tenant {Text.Quote(target.Name)} forbids the {what}{(keys is [_] ? "" : "s")} {Text.List(keys)}; take {(keys is [_] ? "it" : "them")} off the namespace first";
        }
    }
}
