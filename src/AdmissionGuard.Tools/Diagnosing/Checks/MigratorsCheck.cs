using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Capsule;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Migrators;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The users who may migrate, and those of them whom Capsule would block.</summary>
internal sealed class MigratorsCheck : IDoctorCheck
{
    private const int MostNamed = 10;

    public string Name => "migrators";

    public string Summary => "At least one user or group may migrate, and Capsule blocks none of them.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context) =>
        context.Options.User is { } user
            ? await OfOneAsync(context, new SimulatedUser(user, [.. context.Options.Groups]).ToUserInfo())
            : await OfAllAsync(context);

    private static async Task<IReadOnlyList<CheckResult>> OfOneAsync(DoctorContext context, UserInfo user)
    {
        var guard = (await context.Configuration).Options;
        var rights = AccessQuestions.On(guard.Tenant.Group, guard.Tenant.Plural, guard.Verbs.Release, guard.Verbs.Adopt).ToList();
        var answers = (await context.AskAsync(user, rights)).Zip(rights).ToList();
        var missing = answers.Where(each => each.First is Permission.Missing)
            .Select(each => AccessQuestions.Shown(each.Second))
            .ToList();
        var rest = answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault() is { } unknown
            ? await UnreadableResult.OfAsync(context, $"what {user.Name} may do", unknown.Failure)
            : missing is not []
                ? CheckResult.Failed(
                    $"{user.Name} may not {string.Join(" and ", missing)} for every tenant (for a single tenant, use admissionguard plan)",
                    new Remediation(
                        "allow them to move namespaces between any two tenants:",
                        "kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator "
                            + $"--user={ShellQuoting.Quote(user.Name)}"))
                : CheckResult.Ok($"{user.Name} may {string.Join(" and ", rights.Select(AccessQuestions.Shown))} for every tenant");
        return [
            rest,
            .. await OfCapsuleAsync(
                context,
                [RbacSubject.OfUser(user.Name)],
                _ => user),
        ];
    }

    private static async Task<IReadOnlyList<CheckResult>> OfAllAsync(DoctorContext context)
    {
        const string Rbac = "apis/rbac.authorization.k8s.io/v1";
        var (roles, bindings) = (await context.Reader.ListAsync(
            $"{Rbac}/clusterroles"), await context.Reader.ListAsync($"{Rbac}/clusterrolebindings"));
        if (roles is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var all }
            || bindings is not ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var bound })
        {
            return await UnreadableResult.OfAsync(
                context, "ClusterRoles and ClusterRoleBindings", roles is ReadResult<IReadOnlyList<JsonNode>>.Found ? bindings : roles);
        }

        var candidates = MigratorFinder.Find(all, bound, (await context.Configuration).Options)
            .Where(each => !each.IsOfKubernetes)
            .ToList();
        return candidates is []
            ? [
                CheckResult.Warning(
                    "only cluster admins may migrate",
                    new Remediation(
                        "bind the ClusterRole admissionguard-migrator to those who should migrate: "
                            + "kubectl create clusterrolebinding migrators --clusterrole=admissionguard-migrator --user=USER")),
            ]
            : [
                CheckResult.Ok($"allowed by RBAC to migrate between at least two tenants: {Named(candidates)}"),
                .. await OfCapsuleAsync(context, candidates, candidate => candidate.ToUserInfo()),
            ];
    }

    /// <summary>Nothing if there is no Capsule, or if another check reports it.</summary>
    private static async Task<IReadOnlyList<CheckResult>> OfCapsuleAsync(
        DoctorContext context, List<RbacSubject> candidates, Func<RbacSubject, UserInfo> user)
    {
        if (await context.Capsule is not { } version || version.Possible.All(behavior => behavior is CapsuleBehavior.Closed))
        {
            return [];
        }

        if (CapsuleConfigurationReference.Of((await context.Configuration).Options) is not { } reference)
        {
            return
            [
                CheckResult.Unknown(
                    $"whom Capsule would block is unknown: {CapsulePrediction.NoConfiguration}",
                    new Remediation("set capsuleConfiguration in the guard's configuration to the one that Capsule uses")),
            ];
        }

        var reading = await context.CapsuleConfiguration;
        if (reading is ReadResult<JsonObject>.Failed failed)
        {
            return
            [
                await UnreadableResult.OfAsync(
                    context, "the CapsuleConfiguration, which says whom Capsule would block,", failed.Failure),
            ];
        }

        if (SettingsOf(reading) is not { } settings)
        {
            return [];
        }

        // Capsule's own controller moves nothing by itself; what it writes, Capsule does not block.
        var controllers = (await context.Configuration).Options.TenantControllers;
        candidates = [.. candidates.Where(
            each => each.Name != version.Account && !controllers.Contains(each.Name, StringComparer.Ordinal))];
        var outlooks = candidates.Select(
            each => (Who: each, Prediction: CapsulePrediction.Of(
                version, each.Name, settings.RoleOf(user(each)), TransitionKind.Migrate))).ToList();
        var blocked = outlooks.Where(each => each.Prediction.IsRefused).ToList();
        if (blocked is [])
        {
            return candidates is [] ? [] : [CheckResult.Ok($"{version.Description} blocks none of them")];
        }

        var words = blocked is [var only]
            ? only.Prediction.Message
            : $"{version.Description} would block {Named([.. blocked.Select(each => each.Who)])}";
        var remediation = version.Possible is [CapsuleBehavior.AdministratorsOnly]
            ? AdministratorRemediation.Adding([.. blocked.Select(each => each.Who)], settings, reference.Name)
            : new Remediation("upgrade Capsule to 0.13.10 or newer, and make them its administrators");
        return [new CheckResult(blocked.Count == candidates.Count ? CheckStatus.Failed : CheckStatus.Warning, words, remediation)];
    }

    /// <returns><see langword="null"/> if it is invalid, which another check reports.</returns>
    private static CapsuleSettings? SettingsOf(ReadResult<JsonObject> reading) => reading switch
    {
        ReadResult<JsonObject>.Found { Value: var json } =>
            CapsuleObjects.ReadConfiguration(json) is TypedObject<CapsuleSettings>.Valid { Value: var settings } ? settings : null,
        _ => CapsuleSettings.None,
    };

    private static string Named(List<RbacSubject> candidates) =>
        string.Join(", ", candidates.Take(MostNamed)) + (candidates.Count > MostNamed ? $" and {candidates.Count - MostNamed} more" : "");
}
