namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>Namespaces that never go into a tenant: the cluster's own, Capsule's and the guard's.</summary>
internal sealed class ProtectedNamespaces : IPolicyRule
{
    public string Name => "protectedNamespaces";

    public string Summary => "The namespace is none of the protected ones (`protectedNamespaces`).";

    public RuleScope Scope => RuleScope.EveryEntry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(RuleCase rule) => rule.Options.ProtectedNamespaces
        .Where(pattern => pattern.EndsWith('*') ? rule.Name.StartsWith(pattern[..^1], StringComparison.Ordinal) : rule.Name == pattern)
        .Take(1)
        .Select(pattern => $"namespaces named {Text.Quote(pattern)} are protected and never go into a tenant; take another namespace");
}
