using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Tools.Rbac;

/// <summary>One rule of a ClusterRole.</summary>
/// <param name="rule">The rule as it is written.</param>
/// <remarks>Source: Kubernetes, <c>pkg/apis/rbac/v1/evaluation_helpers.go</c>.</remarks>
internal sealed class PolicyRule(PolicyRuleDto rule)
{
    private const string Any = "*";

    /// <summary>May everything: the rule of <c>cluster-admin</c>.</summary>
    public static PolicyRule Everything { get; } = new(new PolicyRuleDto([Any], [Any], [Any], null, null));

    /// <summary>Whether it grants a verb on one tenant.</summary>
    public bool Grants(string verb, string tenant, TenantKind kind) =>
        Names(verb)
        && GrantsOnSome(kind)
        // A star is no wild card here: it would be a name.
        && (rule.ResourceNames is null or [] || rule.ResourceNames.Contains(tenant, StringComparer.Ordinal));

    /// <summary>Whether it grants anything on some tenant at least.</summary>
    public bool GrantsOnSome(TenantKind kind) => Matches(rule.ApiGroups, kind.Group) && Matches(rule.Resources, kind.Plural);

    /// <summary>Whether it has the verb.</summary>
    public bool Names(string verb) => Matches(rule.Verbs, verb);

    private static bool Matches(IReadOnlyList<string>? written, string wanted) =>
        written is not null && (written.Contains(Any, StringComparer.Ordinal) || written.Contains(wanted, StringComparer.Ordinal));
}
