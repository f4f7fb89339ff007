using System.Globalization;

namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>The tenant has no more namespaces than its quota.</summary>
/// <remarks>Capsule updates the number in the Tenant's status afterwards, so two concurrent moves can both use the last place.</remarks>
internal sealed class NamespaceQuota : IPolicyRule
{
    public string Name => "namespaceQuota";

    public string Summary =>
        "The new tenant is below its namespace quota (`spec.namespaceOptions.quota`; the current number comes from its `status`).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) =>
        context.Target is { NamespaceQuota: { } quota } target
            && target.NamespaceCount >= quota
            && !target.Namespaces.Contains(context.Name, StringComparer.Ordinal)
            ? [string.Create(
                CultureInfo.InvariantCulture,
                $"tenant {MessageText.Quote(target.Name)} has {target.NamespaceCount} of {quota} namespaces; raise its quota first "
                    + $"(spec.namespaceOptions.quota), or release one of them")]
            : [];
}
