namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>The namespace's name begins with the tenant's prefix, if the tenant requires it.</summary>
internal sealed class TenantPrefix : IPolicyRule
{
    public string Name => "tenantPrefix";

    public string Summary =>
        "The namespace's name begins with the tenant's name and a hyphen, where the prefix is required (`spec.forceTenantPrefix` of the "
            + "Tenant, or else of the CapsuleConfiguration).";

    public RuleScope Scope => RuleScope.Entry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(PolicyContext context) =>
        context.Target is { } target
        && (target.ForcesPrefix ?? context.Capsule.ForcesTenantPrefix)
        && context.Name.Length > 0
        && !context.Name.StartsWith(target.Name + '-', StringComparison.Ordinal)
            ? [
                $"tenant {MessageText.Quote(target.Name)} accepts only namespaces whose names begin with "
                    + $"{MessageText.Quote(target.Name + '-')}; a namespace can't be renamed, so create a new one",
            ]
            : [];
}
