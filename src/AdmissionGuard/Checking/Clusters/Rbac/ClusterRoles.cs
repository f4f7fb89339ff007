using System.Collections.Immutable;
using System.Text.Json;
using AdmissionGuard.Checking.Documents;

namespace AdmissionGuard.Checking.Clusters.Rbac;

/// <summary>The ClusterRoles there are, with the rules that aggregated ones collect.</summary>
internal sealed class ClusterRoles
{
    public const string Group = "rbac.authorization.k8s.io";

    // Those that every cluster has and the guard's verbs are not in.
    private static readonly string[] BuiltIn = ["admin", "edit", "view"];

    // The last two grant nothing on what has no namespace.
    private static readonly string[] Kinds = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

    private readonly Dictionary<string, ClusterRoleWire> _roles = new(StringComparer.Ordinal);

    /// <summary>Reads every ClusterRole.</summary>
    public static ClusterRoles Read(ObjectSet objects, Complaints complaints)
    {
        var roles = new ClusterRoles();
        foreach (var other in objects.Of(Group).Where(other => !Kinds.Contains(other.Kind, StringComparer.Ordinal)))
        {
            complaints.Add(other.Error("$.kind", $"{other.Kind} is no kind of {Group}; there are {string.Join(", ", Kinds)}"));
        }

        foreach (var document in objects.Of(Group, "ClusterRole"))
        {
            if (document.Read(static root => root.Deserialize( RbacWire.Default.ClusterRoleWire), complaints) is { } role)
            {
                roles._roles[document.Name] = role;
                Check(document, role, complaints);
            }
        }

        return roles;
    }

    /// <summary>Whether there is such a role, in the files or in every cluster.</summary>
    public bool Has(string name) => _roles.ContainsKey(name) || name == "cluster-admin" || name.StartsWith("system:", StringComparison.Ordinal) || BuiltIn.Contains(name, StringComparer.Ordinal);

    /// <summary>The rules of a role.</summary>
    public ImmutableArray<PolicyRule> RulesOf(string name) => Collect(name, new HashSet<string>(StringComparer.Ordinal));

    private ImmutableArray<PolicyRule> Collect(string name, HashSet<string> seen)
    {
        if (!seen.Add(name))
        {
            return [];
        }

        if (!_roles.TryGetValue(name, out var role))
        {
            return name == "cluster-admin" ? [PolicyRule.Everything] : [];
        }

        var collected = _roles.Where(each => IsAggregated(role, each.Value)).Select(each => each.Key).Order(StringComparer.Ordinal).SelectMany(each => Collect(each, seen)).ToImmutableArray();
        // As kubectl prints it, an aggregated role has its rules filled in already; the cluster would write them anew.
        return collected is [] ? [.. (role.Rules ?? []).Select(rule => new PolicyRule(rule))] : collected;
    }

    private static bool IsAggregated(ClusterRoleWire into, ClusterRoleWire role) => (into.AggregationRule?.ClusterRoleSelectors ?? []).Any(selector =>
        (selector.MatchLabels ?? ImmutableDictionary<string, string>.Empty).All(label => role.Metadata?.Labels?.GetValueOrDefault(label.Key) == label.Value));

    private static void Check(Document document, ClusterRoleWire role, Complaints complaints)
    {
        foreach (var (index, rule) in (role.Rules ?? []).Index())
        {
            if (rule.Verbs is null or [])
            {
                complaints.Add(document.Error(JsonPath.Join("$.rules", index), "verbs are needed"));
            }
        }

        foreach (var (index, selector) in (role.AggregationRule?.ClusterRoleSelectors ?? []).Index())
        {
            if (selector.MatchExpressions is not null)
            {
                complaints.Add(document.Error(
                    JsonPath.Join("$.aggregationRule.clusterRoleSelectors", index) + ".matchExpressions",
                    "only matchLabels are resolved here; give the role as `kubectl get clusterrole -o yaml` prints it, without its aggregationRule"));
            }
        }
    }
}
