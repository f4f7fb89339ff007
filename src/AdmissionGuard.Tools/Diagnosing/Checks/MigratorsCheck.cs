using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Migrators;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Who may migrate, and whom of them Capsule would block anyway.</summary>
internal sealed class MigratorsCheck : IDoctorCheck
{
    private const int MostNamed = 10;

    public string Name => "migrators";

    public string Summary => "Somebody may migrate, and Capsule blocks none of those who may.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context) =>
        context.Options.User is { } user ? await OfOneAsync(context, new SimulatedUser(user, [.. context.Options.Groups]).ToUserInfo()) : await OfAllAsync(context);

    private static async Task<IReadOnlyList<CheckResult>> OfOneAsync(DoctorContext context, UserInfo user)
    {
        var guard = (await context.Configuration).Options;
        var rights = PermissionQuestions.On(guard.Tenant.Group, guard.Tenant.Plural, guard.Verbs.Release, guard.Verbs.Adopt).ToList();
        var answers = (await context.AskAsync(user, rights)).Zip(rights).ToList();
        var missing = answers.Where(each => each.First is Permission.Missing).Select(each => PermissionQuestions.Shown(each.Second)).ToList();
        var rest = answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault() is { } unknown
            ? UnreadableResult.Because($"what {user.Name} may do", unknown.Why.Replace(" to the guard", "", StringComparison.Ordinal))
            : missing is not []
                ? CheckResult.Failed(
                    $"{user.Name} may not {string.Join(" and ", missing)} of every tenant (of some, admissionguard plan tells)",
                    new Remediation("let them move namespaces between any two tenants:", $"kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user={ShellQuoting.Quote(user.Name)}"))
                : CheckResult.Ok($"{user.Name} may {string.Join(" and ", rights.Select(PermissionQuestions.Shown))} of every tenant");
        return [rest, .. await OfCapsuleAsync(context, [new RbacSubject(user.Name.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? "ServiceAccount" : "User", user.Name)], _ => user)];
    }

    private static async Task<IReadOnlyList<CheckResult>> OfAllAsync(DoctorContext context)
    {
        const string Rbac = "apis/rbac.authorization.k8s.io/v1";
        var (roles, bindings) = (await context.Reader.ListAsync($"{Rbac}/clusterroles"), await context.Reader.ListAsync($"{Rbac}/clusterrolebindings"));
        if (roles is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var all } || bindings is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var bound })
        {
            return UnreadableResult.Of("ClusterRoles and ClusterRoleBindings", roles is Reading<IReadOnlyList<JsonNode>>.Read ? bindings : roles);
        }

        var candidates = MigratorFinder.Find(all, bound, (await context.Configuration).Options).Where(each => !each.IsOfKubernetes).ToList();
        return candidates is []
            ? [CheckResult.Warning("nobody may migrate but cluster admins", new Remediation("", "kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user=<who>"))]
            : [CheckResult.Ok($"by RBAC these may migrate, from some tenant to some other: {Named(candidates)}"), .. await OfCapsuleAsync(context, candidates, candidate => candidate.ToUserInfo())];
    }

    /// <summary>Nothing where there is no Capsule, or where it is so that others say it.</summary>
    private static async Task<IReadOnlyList<CheckResult>> OfCapsuleAsync(DoctorContext context, List<RbacSubject> candidates, Func<RbacSubject, UserInfo> user)
    {
        if (await context.Capsule is not { } version || version.Possible.All(behavior => behavior is CapsuleBehavior.Closed))
        {
            return [];
        }

        var reading = await context.CapsuleConfiguration;
        if (reading is Reading<JsonObject>.Failed failed)
        {
            return [UnreadableResult.Because("whom Capsule would block", $"the CapsuleConfiguration: {failed.Why}")];
        }

        var configuration = (reading as Reading<JsonObject>.Read)?.Value;
        var outlooks = candidates.Select(each => (Who: each, Prediction: CapsulePrediction.Of(version, each.Name, CapsuleRoleFinder.Of(user(each), configuration), TransitionKind.Migrate))).ToList();
        var blocked = outlooks.Where(each => each.Prediction.IsAgainst).ToList();
        if (blocked is [])
        {
            return [CheckResult.Ok($"{version.Words} blocks none of them")];
        }

        var words = blocked is [var only] ? only.Prediction.Words : $"{version.Words} would block {Named([.. blocked.Select(each => each.Who)])}";
        var remediation = version.Possible is [CapsuleBehavior.AdministratorsOnly]
            ? CapsuleAdministrators.Adding([.. blocked.Select(each => each.Who)], configuration, (await context.Configuration).Options.CapsuleConfiguration)
            : new Remediation("upgrade Capsule to 0.13.10 or newer, and make them its administrators there");
        return [new CheckResult(blocked.Count == candidates.Count ? CheckStatus.Failed : CheckStatus.Warning, words, remediation)];
    }

    private static string Named(List<RbacSubject> candidates) =>
        string.Join(", ", candidates.Take(MostNamed)) + (candidates.Count > MostNamed ? $" and {candidates.Count - MostNamed} more" : "");
}
