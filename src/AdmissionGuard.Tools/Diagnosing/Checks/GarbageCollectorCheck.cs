using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>
/// The effect of <c>kubectl delete tenant --cascade=orphan</c> on the namespaces: the garbage collector needs a permission, and Capsule
/// may refuse what the guard allows it.
/// </summary>
internal sealed class GarbageCollectorCheck : IDoctorCheck
{
    private const string Orphaning = "kubectl delete tenant --cascade=orphan";

    // By the first name where the controller manager runs with --use-service-account-credentials, else by the second.
    private static readonly string[] Accounts = [
        "system:serviceaccount:kube-system:generic-garbage-collector", "system:kube-controller-manager"
    ];

    public string Name => "garbage-collector";

    public string Summary => "`kubectl delete tenant --cascade=orphan` keeps the namespaces: the garbage collector may `release`, "
        + "and Capsule is older than 0.13 or not installed.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var guard = (await context.Configuration).Options;
        var right = AccessQuestions.On(guard.Tenant.Group, guard.Tenant.Plural, guard.Verbs.Release).Single();
        var missing = new List<string>();
        foreach (var account in Accounts)
        {
            switch ((await context.AskAsync(new SimulatedUser(account, []).ToUserInfo(), [right]))[0])
            {
                case Permission.Missing:
                    missing.Add(account);
                    break;
                case Permission.Unknown:
                    return [];
            }
        }

        if (missing is not [])
        {
            return [CheckResult.Warning(
                $"{string.Join(" and ", missing)} may not {AccessQuestions.Shown(right)}: {Orphaning} never completes",
                Restoration.Of(
                    await context.Installation, "grant it again", "kubectl apply -f deploy/base/rbac.yaml"))];
        }

        return await DestroyerAsync(context) is { } destroyer
            ? [CheckResult.Warning($"{Orphaning} deletes the tenant's namespaces: {destroyer}", ReleaseFirst(guard))]
            : [CheckResult.Ok($"it may {guard.Verbs.Release} namespaces, so {Orphaning} keeps them")];
    }

    /// <summary>
    /// Why Capsule deletes them anyway, as measured with 0.14.0; <see langword="null"/> if no such version is
    /// installed.
    /// </summary>
    private static async Task<string?> DestroyerAsync(DoctorContext context)
    {
        const string Doing = "refuses the garbage collector's release and deletes them";
        if (await context.Mutating is not ReadResult<IReadOnlyList<JsonNode>>.Found
            || await context.Validating is not ReadResult<IReadOnlyList<JsonNode>>.Found)
        {
            return $"Capsule 0.13 and newer {Doing}, and the installed version of Capsule is unknown";
        }

        return await context.Capsule is { } version
            && version.Possible.Any(behavior => behavior is CapsuleBehavior.Closed or CapsuleBehavior.AdministratorsOnly)
            ? version.Possible is [_]
                ? $"{version.Description} {Doing}"
                : $"Capsule 0.13 and newer {Doing}, and this is {version.Description}"
            : null;
    }

    private static Remediation ReleaseFirst(GuardOptions guard) => new(
        "release them before the tenant is deleted, as a Capsule administrator with the verb release "
        + "(with 0.13.0 to 0.13.9 nobody can: upgrade Capsule first):",
        $"kubectl label namespaces -l {guard.Tenant.LabelKey}=TENANT {guard.Tenant.LabelKey}-");
}
