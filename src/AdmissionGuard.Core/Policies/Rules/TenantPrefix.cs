namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>Where a tenant forces its prefix, a namespace's name begins with it.</summary>
internal sealed class TenantPrefix : IPolicyRule
{
    public string Name => "tenantPrefix";

    public string Summary => "The namespace's name begins with the tenant's and a hyphen, where that is forced (`spec.forceTenantPrefix` of the Tenant, or else of the CapsuleConfiguration).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext rule) =>
        rule.Target is { } target
        && (target.ForcesPrefix ?? rule.Capsule.ForcesTenantPrefix)
        && rule.Name.Length > 0
        && !rule.Name.StartsWith(target.Name + '-', StringComparison.Ordinal)
            ? [$"tenant {MessageText.Quote(target.Name)} takes only namespaces whose names begin with {MessageText.Quote(target.Name + '-')}; a namespace can't be renamed, so make a new one"]
            : [];
}
