using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.LeaderElection;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's account has every right that it works by.</summary>
internal sealed class GuardPermissionsCheck : IDoctorCheck
{
    private const string Capsule = "capsule.clastix.io";
    private const string Admission = "admissionregistration.k8s.io";

    public string Name => "guard-rights";

    public string Summary => "The guard's account has every right of `rbac.yaml`; with its own certificates, also those of `deploy/components/self-managed`.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (installation, guard) = (await context.Installation, (await context.Configuration).Options);
        var needed = await MissingAsync(context, [.. OfDecisions(guard)]);
        var audit = await MissingAsync(context, [.. PermissionQuestions.On("", "namespaces", "list")]);
        var own = installation.IsSelfManaged ? await MissingAsync(context, [.. OfCertificates(installation, context.Options.Webhooks)]) : ([], "");
        if ((needed.Why + audit.Why + own.Why) is { Length: > 0 })
        {
            return [UnreadableResult.Because("what the guard may do", needed.Why + audit.Why + own.Why)];
        }

        List<CheckResult> found = [];
        Add(needed.Missing, CheckStatus.Failed, "kubectl apply -f deploy/base/rbac.yaml", guard.Tenant.Group == Capsule ? "give them again:" : $"deploy/base/rbac.yaml names Capsule's tenants: put yours, {guard.Tenant.Resource}, in their place, and give them again:");
        Add(audit.Missing, CheckStatus.Warning, "kubectl apply -f deploy/base/rbac.yaml", "without it namespaces by state are not counted; give it again:");
        Add(own.Missing, CheckStatus.Failed, "kubectl apply -f deploy/components/self-managed/rbac.yaml", "it can't keep its own certificates; give them again:");
        return found is [] ? [CheckResult.Ok($"{installation.User} has every right that it needs")] : found;

        void Add(IReadOnlyList<string> missing, CheckStatus health, string command, string words)
        {
            if (missing is not [])
            {
                found.Add(new CheckResult(health, $"{installation.User} may not {string.Join(", ", missing)}", new Remediation(words, command)));
            }
        }
    }

    private static async Task<(IReadOnlyList<string> Missing, string Why)> MissingAsync(DoctorContext context, IReadOnlyList<AccessQuestion> rights)
    {
        var answers = (await context.AskAsync(await context.GuardAsync(), rights)).Zip(rights).ToList();
        return (
            [.. answers.Where(each => each.First is Permission.Missing).Select(each => PermissionQuestions.Shown(each.Second))],
            answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault()?.Why.Replace(" to the guard", "", StringComparison.Ordinal) ?? "");
    }

    private static IEnumerable<AccessQuestion> OfDecisions(GuardOptions guard)
    {
        var kind = guard.Tenant;
        return
        [
            .. PermissionQuestions.On(kind.Group, kind.Plural, "get", "list"),
            .. PermissionQuestions.On("authorization.k8s.io", "subjectaccessreviews", "create"),
            .. kind.Group == Capsule && guard.CapsuleConfiguration.Length > 0
                ? PermissionQuestions.On(Capsule, "capsuleconfigurations", "get").Select(right => right with { Name = guard.CapsuleConfiguration })
                : [],
        ];
    }

    private static IEnumerable<AccessQuestion> OfCertificates(Installation installation, string webhooks) =>
    [
        .. PermissionQuestions.On("", "secrets", "get", "update").Select(right => right with { Name = installation.Secret, Namespace = installation.Namespace }),
        .. PermissionQuestions.On("coordination.k8s.io", "leases", "get", "update").Select(right => right with { Name = LeaderElectionService.LeaseName, Namespace = installation.Namespace }),
        .. PermissionQuestions.On("coordination.k8s.io", "leases", "create").Select(right => right with { Namespace = installation.Namespace }),
        .. PermissionQuestions.On(Admission, RegisteredWebhook.MutatingPlural, "get", "patch").Select(right => right with { Name = webhooks }),
        .. PermissionQuestions.On(Admission, RegisteredWebhook.ValidatingPlural, "get", "patch").Select(right => right with { Name = webhooks }),
    ];
}
