using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Rbac;

namespace AdmissionGuard.Tools.Diagnosing.Migrators;

/// <summary>Tells from RBAC's objects who may migrate: a question that access reviews don't answer.</summary>
internal static class MigratorFinder
{
    /// <summary>Every subject that may release namespaces of some tenant and adopt into some tenant, by one role or by several.</summary>
    /// <param name="roles">The ClusterRoles, aggregated ones with their rules filled in.</param>
    /// <param name="bindings">The ClusterRoleBindings: a RoleBinding grants nothing on what has no namespace.</param>
    /// <param name="guard">What a tenant and the verbs are.</param>
    public static IReadOnlyList<RbacSubject> Find(IReadOnlyList<JsonNode> roles, IReadOnlyList<JsonNode> bindings, GuardOptions guard)
    {
        var verbs = new[] { guard.Verbs.Release, guard.Verbs.Adopt };
        var granted = roles.ToDictionary(
            role => role.NameOf(),
            role => role.At("rules")
                .Items()
                .Select(RuleOf)
                .Where(rule => rule.GrantsOnSome(guard.Tenant))
                .SelectMany(rule => verbs.Where(rule.Names))
                .ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
        return [.. bindings
            .SelectMany(
                binding => binding.At("subjects")
                    .Items()
                    .Select(
                        subject => (Who: CandidateOf(subject), Verbs: granted.GetValueOrDefault(binding.At("roleRef", "name").Text() ?? "")
                            ?? [])))
            .GroupBy(each => each.Who, each => each.Verbs)
            .Where(each => verbs.All(verb => each.Any(some => some.Contains(verb))))
            .Select(each => each.Key)
            .OrderBy(each => each.ToString(), StringComparer.Ordinal)];
    }

    private static PolicyRule RuleOf(JsonNode rule) => new(new PolicyRuleDto(
        [.. rule.At("apiGroups").Texts()],
        [.. rule.At("resources").Texts()],
        [.. rule.At("verbs").Texts()],
        [.. rule.At("resourceNames").Texts()],
        NonResourceUrls: null));

    private static RbacSubject CandidateOf(JsonNode subject) => (subject.At("kind").Text() ?? "", subject.At("name").Text() ?? "") switch
    {
        ("ServiceAccount", var name) => new RbacSubject(
            "ServiceAccount", $"{RbacSubject.ServiceAccountPrefix}{subject.At("namespace").Text()}:{name}"),
        ("User", var name) => RbacSubject.OfUser(name),
        var (kind, name) => new RbacSubject(kind, name),
    };
}
