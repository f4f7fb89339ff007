namespace AdmissionGuard.Core.Policies.Rules;

/// <summary>Namespaces that never go into a tenant: the cluster's own, Capsule's and the guard's.</summary>
internal sealed class ProtectedNamespaces : IPolicyRule
{
    public string Name => "protectedNamespaces";

    public string Summary => "The namespace is none of the protected ones (`protectedNamespaces`).";

    public RuleScope Scope => RuleScope.EveryEntry;

    public RuleMode DefaultMode => RuleMode.Enforce;

    public IEnumerable<string> Check(RuleCase rule)
    {
        foreach (var pattern in rule.Options.ProtectedNamespaces)
        {
            if (Covers(pattern, rule.Name))
            {
                return [$"namespaces named {Text.Quote(pattern)} are protected and never go into a tenant; take another namespace"];
            }
        }

        return [];
    }

    private static bool Covers(string pattern, string name) =>
        pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern;
}
