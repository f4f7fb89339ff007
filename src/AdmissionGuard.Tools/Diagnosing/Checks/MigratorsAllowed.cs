using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Migrators;
using AdmissionGuard.Tools.Neighbours;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Who may migrate, and whom of them Capsule would block anyway.</summary>
internal sealed class MigratorsAllowed : ICheck
{
    private const int MostNamed = 10;

    public string Name => "migrators";

    public string Summary => "Somebody may migrate, and Capsule blocks none of those who may.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient) =>
        patient.Options.User is { } user ? await OfOneAsync(patient, new Person(user, [.. patient.Options.Groups]).ToRequester()) : await OfAllAsync(patient);

    private static async Task<IReadOnlyList<Diagnosis>> OfOneAsync(Patient patient, Requester user)
    {
        var guard = (await patient.Configuration).Options;
        var rights = Right.On(guard.Tenant.Group, guard.Tenant.Plural, guard.Verbs.Release, guard.Verbs.Adopt).ToList();
        var answers = (await patient.AskAsync(user, rights)).Zip(rights).ToList();
        var missing = answers.Where(each => each.First is Permission.Missing).Select(each => Right.Shown(each.Second)).ToList();
        var rest = answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault() is { } unknown
            ? Unread.Because($"what {user.Name} may do", unknown.Why.Replace(" to the guard", "", StringComparison.Ordinal))
            : missing is not []
                ? Diagnosis.Failed(
                    $"{user.Name} may not {string.Join(" and ", missing)} of every tenant (of some, admissionguard plan tells)",
                    new Fix("let them move namespaces between any two tenants:", $"kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user={Shell.Quote(user.Name)}"))
                : Diagnosis.Ok($"{user.Name} may {string.Join(" and ", rights.Select(Right.Shown))} of every tenant");
        return [rest, .. await OfCapsuleAsync(patient, [new Candidate(user.Name.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? "ServiceAccount" : "User", user.Name)], _ => user)];
    }

    private static async Task<IReadOnlyList<Diagnosis>> OfAllAsync(Patient patient)
    {
        const string Rbac = "apis/rbac.authorization.k8s.io/v1";
        var (roles, bindings) = (await patient.Reader.ListAsync($"{Rbac}/clusterroles"), await patient.Reader.ListAsync($"{Rbac}/clusterrolebindings"));
        if (roles is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var all } || bindings is not Reading<IReadOnlyList<JsonNode>>.Read { Value: var bound })
        {
            return Unread.Of("ClusterRoles and ClusterRoleBindings", roles is Reading<IReadOnlyList<JsonNode>>.Read ? bindings : roles);
        }

        var candidates = Grants.Find(all, bound, (await patient.Configuration).Options).Where(each => !each.IsOfKubernetes).ToList();
        return candidates is []
            ? [Diagnosis.Warning("nobody may migrate but cluster admins", new Fix("", "kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user=<who>"))]
            : [Diagnosis.Ok($"by RBAC these may migrate, from some tenant to some other: {Named(candidates)}"), .. await OfCapsuleAsync(patient, candidates, candidate => candidate.ToRequester())];
    }

    /// <summary>Nothing where there is no Capsule, or where it is so that others say it.</summary>
    private static async Task<IReadOnlyList<Diagnosis>> OfCapsuleAsync(Patient patient, List<Candidate> candidates, Func<Candidate, Requester> requester)
    {
        if (await patient.Capsule is not { } version || version.Possible.All(regime => regime is Regime.Closed))
        {
            return [];
        }

        var reading = await patient.CapsuleConfiguration;
        if (reading is Reading<JsonObject>.Failed failed)
        {
            return [Unread.Because("whom Capsule would block", $"the CapsuleConfiguration: {failed.Why}")];
        }

        var configuration = (reading as Reading<JsonObject>.Read)?.Value;
        var outlooks = candidates.Select(each => (Who: each, Outlook: CapsuleOutlook.Of(version, each.Name, CapsuleStanding.Of(requester(each), configuration), TransitionKind.Migrate))).ToList();
        var blocked = outlooks.Where(each => each.Outlook.IsAgainst).ToList();
        if (blocked is [])
        {
            return [Diagnosis.Ok($"{version.Words} blocks none of them")];
        }

        var words = blocked is [var only] ? only.Outlook.Words : $"{version.Words} would block {Named([.. blocked.Select(each => each.Who)])}";
        var fix = version.Possible is [Regime.AdministratorsOnly]
            ? CapsuleAdministrators.Adding([.. blocked.Select(each => each.Who)], configuration, (await patient.Configuration).Options.CapsuleConfiguration)
            : new Fix("upgrade Capsule to 0.13.10 or newer, and make them its administrators there");
        return [new Diagnosis(blocked.Count == candidates.Count ? Health.Failed : Health.Warning, words, fix)];
    }

    private static string Named(List<Candidate> candidates) =>
        string.Join(", ", candidates.Take(MostNamed)) + (candidates.Count > MostNamed ? $" and {candidates.Count - MostNamed} more" : "");
}
