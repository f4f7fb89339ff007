using System.Collections.Immutable;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Manifests;

namespace AdmissionGuard.Tools.Rbac;

/// <summary>The ClusterRoles there are, with the rules that aggregated ones collect.</summary>
internal sealed class ClusterRoles
{
    public const string Group = "rbac.authorization.k8s.io";

    // The last two grant nothing on what has no namespace.
    private static readonly string[] Kinds = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

    private readonly Dictionary<string, ClusterRoleDto> _roles = new(StringComparer.Ordinal);

    /// <summary>Reads every ClusterRole.</summary>
    public static ClusterRoles Read(ManifestStore objects, InputErrors errors)
    {
        var roles = new ClusterRoles();
        foreach (var other in objects.Of(Group).Where(other => !Kinds.Contains(other.Kind, StringComparer.Ordinal)))
        {
            errors.Add(other.Error("$.kind", $"{other.Kind} is not a kind of {Group}; its kinds are {string.Join(", ", Kinds)}"));
        }

        foreach (var document in objects.Of(Group, "ClusterRole"))
        {
            if (document.Accept(TypedObject.Read(document.Root, RbacJsonContext.Default.ClusterRoleDto), errors) is { } role)
            {
                roles._roles[document.Name] = role;
                Check(document, role, errors);
            }
        }

        foreach (var (name, role) in BuiltIn())
        {
            roles._roles.TryAdd(name, role);
        }

        return roles;
    }

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

        // The cluster overwrites the rules of an aggregated role; in the output of kubectl they are filled in already.
        return role.AggregationRule is { } aggregation && !aggregation.HasExpressions
            ? [
                .. _roles.Where(each => IsAggregated(role, each.Value))
                    .Select(each => each.Key)
                    .Order(StringComparer.Ordinal)
                    .SelectMany(each => Collect(each, seen)),
            ]
            : [.. (role.Rules ?? []).Select(rule => new PolicyRule(rule))];
    }

    /// <summary>
    /// Those that every cluster has, and that take in whatever is labelled for them. The guard's verbs are not in what they begin with.
    /// </summary>
    /// <remarks>Source: Kubernetes, <c>plugin/pkg/auth/authorizer/rbac/bootstrappolicy</c>.</remarks>
    private static IEnumerable<(string Name, ClusterRoleDto Role)> BuiltIn()
    {
        return [Standard("admin", into: null), Standard("edit", into: "admin"), Standard("view", into: "edit")];

        static (string Name, ClusterRoleDto Role) Standard(string name, string? into) => (name, new ClusterRoleDto(
            new RoleMetadataDto(name, into is null ? null : Label(into)),
            Rules: null,
            new AggregationRuleDto([new RoleSelectorDto(Label(name), MatchExpressions: null)])));

        static ImmutableDictionary<string, string> Label(string name) =>
            ImmutableDictionary<string, string>.Empty.Add($"{Group}/aggregate-to-{name}", "true");
    }

    private static bool IsAggregated(
        ClusterRoleDto into, ClusterRoleDto role) => (into.AggregationRule?.ClusterRoleSelectors ?? []).Any(selector =>
        (selector.MatchLabels ?? ImmutableDictionary<string, string>.Empty).All(
            label => role.Metadata?.Labels?.GetValueOrDefault(label.Key) == label.Value));

    private static void Check(Document document, ClusterRoleDto role, InputErrors errors)
    {
        foreach (var (index, rule) in (role.Rules ?? []).Index())
        {
            var path = JsonPath.Join("$.rules", index);
            document.RefuseUnknown(path, rule.UnknownFields, errors);
            if (rule.Verbs is null or [])
            {
                errors.Add(document.Error(path, "verbs are required"));
            }
        }

        foreach (var (index, selector) in (role.AggregationRule?.ClusterRoleSelectors ?? []).Index())
        {
            var path = JsonPath.Join("$.aggregationRule.clusterRoleSelectors", index);
            document.RefuseUnknown(path, selector.UnknownFields, errors);
            if (selector.MatchExpressions is not null && role.Rules is (null or []))
            {
                errors.Add(document.Error(
                    JsonPath.Join(path, "matchExpressions"),
                    "only matchLabels are supported; give the role with its rules, as `kubectl get clusterrole -o yaml` prints it"));
            }
        }
    }
}
