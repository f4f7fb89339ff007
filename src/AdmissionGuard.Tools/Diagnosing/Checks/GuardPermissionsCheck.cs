using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.LeaderElection;
using AdmissionGuard.Kubernetes.Tenants;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's service account has every permission that it works by.</summary>
internal sealed class GuardPermissionsCheck : IDoctorCheck
{
    private const string Admission = "admissionregistration.k8s.io";

    public string Name => "guard-rights";

    public string Summary =>
        "The guard's service account has all permissions of `rbac.yaml`; with self-managed certificates, also those of "
            + "`deploy/components/self-managed`.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var (installation, guard) = (await context.Installation, (await context.Configuration).Options);
        var needed = await MissingAsync(context, [.. OfDecisions(guard)]);
        var audit = await MissingAsync(context, [.. AccessQuestions.On("", "namespaces", "list")]);
        var own = installation.IsSelfManaged
            ? await MissingAsync(context, [.. OfCertificates(installation, context.Options.Webhooks)])
            : ([], null);
        if ((needed.Failure ?? audit.Failure ?? own.Failure) is { } failure)
        {
            return [await UnreadableResult.OfAsync(context, "what the guard may do", failure)];
        }

        List<CheckResult> found = [];
        Add(
            needed.Missing,
            CheckStatus.Failed,
            "deploy/base/rbac.yaml",
            guard.Tenant.Group == TenantKind.CapsuleGroup
                ? "grant them again"
                : $"in deploy/base/rbac.yaml, replace Capsule's tenants by yours, {guard.Tenant.Resource}, and grant the "
                    + "permissions again");
        Add(
            audit.Missing,
            CheckStatus.Warning,
            "deploy/base/rbac.yaml",
            "namespaces by state can't be counted without it; grant it again");
        Add(
            own.Missing,
            CheckStatus.Failed,
            "deploy/components/self-managed/rbac.yaml",
            "it can't manage its own certificates without them; grant them again");
        return found is [] ? [CheckResult.Ok($"{installation.User} has all permissions that it needs")] : found;

        void Add(IReadOnlyList<string> missing, CheckStatus health, string manifest, string words)
        {
            if (missing is not [])
            {
                found.Add(
                    new CheckResult(
                        health,
                        $"{installation.User} may not {string.Join(", ", missing)}",
                        installation.ServiceAccount == Installation.DefaultName
                            ? Restoration.Of(installation, words, $"kubectl apply -f {manifest}")
                            : Restoration.Of(
                                installation,
                                $"let it run as the service account {Installation.DefaultName}, or grant them to "
                                    + installation.ServiceAccount,
                                $"kubectl -n {installation.Namespace} set serviceaccount deployment {installation.Name} "
                                    + Installation.DefaultName)));
            }
        }
    }

    private static async Task<(IReadOnlyList<string> Missing, ApiFailure? Failure)> MissingAsync(
        DoctorContext context, IReadOnlyList<AccessQuestion> rights)
    {
        var answers = (await context.AskAsync(await context.GuardAsync(), rights)).Zip(rights).ToList();
        return (
            [.. answers.Where(each => each.First is Permission.Missing).Select(each => AccessQuestions.Shown(each.Second))],
            answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault()?.Failure);
    }

    private static IEnumerable<AccessQuestion> OfDecisions(GuardOptions guard)
    {
        var kind = guard.Tenant;
        return
        [
            .. AccessQuestions.On(kind.Group, kind.Plural, "get", "list"),
            .. AccessQuestions.On("authorization.k8s.io", "subjectaccessreviews", "create"),
            .. CapsuleConfigurationReference.Of(guard) is { } reference
                ? AccessQuestions.On(TenantKind.CapsuleGroup, CapsuleConfigurationReference.Plural, "get")
                    .Select(right => right with { Name = reference.Name })
                : [],
        ];
    }

    private static IEnumerable<AccessQuestion> OfCertificates(Installation installation, string webhooks) =>
    [
        .. AccessQuestions.On("", "secrets", "get", "update")
            .Select(right => right with { Name = installation.Secret, Namespace = installation.Namespace }),
        .. AccessQuestions.On("coordination.k8s.io", "leases", "get", "update")
            .Select(right => right with { Name = LeaderElectionService.LeaseName, Namespace = installation.Namespace }),
        .. AccessQuestions.On("coordination.k8s.io", "leases", "create")
            .Select(right => right with { Namespace = installation.Namespace }),
        .. AccessQuestions.On(Admission, RegisteredWebhook.MutatingPlural, "get", "patch")
            .Select(right => right with { Name = webhooks }),
        .. AccessQuestions.On(Admission, RegisteredWebhook.ValidatingPlural, "get", "patch")
            .Select(right => right with { Name = webhooks }),
    ];
}
