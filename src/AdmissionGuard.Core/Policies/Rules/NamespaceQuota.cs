using System.Globalization;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>A tenant takes in no more namespaces than its quota.</summary>
/// <remarks>Capsule counts after the fact, in the Tenant's status: of two moves at once, both may find the last place free.</remarks>
internal sealed class NamespaceQuota : IPolicyRule
{
    public string Name => "namespaceQuota";

    public string Summary => "The tenant that gains the namespace has room for it (`spec.namespaceOptions.quota`, counted by its `status`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext rule) =>
        rule.Target is { NamespaceQuota: { } quota } target && target.NamespaceCount >= quota && !target.Namespaces.Contains(rule.Name, StringComparer.Ordinal)
            ? [string.Create(
                CultureInfo.InvariantCulture,
                $"tenant {MessageText.Quote(target.Name)} has {target.NamespaceCount} of {quota} namespaces; raise its quota first (spec.namespaceOptions.quota), or release one of them")]
            : [];
}
