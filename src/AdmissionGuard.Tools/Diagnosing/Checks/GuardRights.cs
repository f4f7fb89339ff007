using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;
using AdmissionGuard.Kubernetes.LeaderElection;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's account has every right that it works by.</summary>
internal sealed class GuardRights : ICheck
{
    private const string Capsule = "capsule.clastix.io";
    private const string Admission = "admissionregistration.k8s.io";

    public string Name => "guard-rights";

    public string Summary => "The guard's account has every right of `rbac.yaml`; with its own certificates, also those of `deploy/components/self-managed`.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var (installation, guard) = (await patient.Installation, (await patient.Configuration).Options);
        var needed = await MissingAsync(patient, [.. OfDecisions(guard)]);
        var audit = await MissingAsync(patient, [.. Right.On("", "namespaces", "list")]);
        var own = installation.IsSelfManaged ? await MissingAsync(patient, [.. OfCertificates(installation, patient.Options.Webhooks)]) : ([], "");
        if ((needed.Why + audit.Why + own.Why) is { Length: > 0 })
        {
            return [Unread.Because("what the guard may do", needed.Why + audit.Why + own.Why)];
        }

        List<Diagnosis> found = [];
        Add(needed.Missing, Health.Failed, "kubectl apply -f deploy/base/rbac.yaml", guard.Tenant.Group == Capsule ? "give them again:" : $"deploy/base/rbac.yaml names Capsule's tenants: put yours, {guard.Tenant.Resource}, in their place, and give them again:");
        Add(audit.Missing, Health.Warning, "kubectl apply -f deploy/base/rbac.yaml", "without it namespaces by state are not counted; give it again:");
        Add(own.Missing, Health.Failed, "kubectl apply -f deploy/components/self-managed/rbac.yaml", "it can't keep its own certificates; give them again:");
        return found is [] ? [Diagnosis.Ok($"{installation.User} has every right that it needs")] : found;

        void Add(IReadOnlyList<string> missing, Health health, string command, string words)
        {
            if (missing is not [])
            {
                found.Add(new Diagnosis(health, $"{installation.User} may not {string.Join(", ", missing)}", new Fix(words, command)));
            }
        }
    }

    private static async Task<(IReadOnlyList<string> Missing, string Why)> MissingAsync(Patient patient, IReadOnlyList<AccessQuestion> rights)
    {
        var answers = (await patient.AskAsync(await patient.GuardAsync(), rights)).Zip(rights).ToList();
        return (
            [.. answers.Where(each => each.First is Permission.Missing).Select(each => Right.Shown(each.Second))],
            answers.Select(each => each.First).OfType<Permission.Unknown>().FirstOrDefault()?.Why.Replace(" to the guard", "", StringComparison.Ordinal) ?? "");
    }

    private static IEnumerable<AccessQuestion> OfDecisions(GuardOptions guard)
    {
        var kind = guard.Tenant;
        return
        [
            .. Right.On(kind.Group, kind.Plural, "get", "list"),
            .. Right.On("authorization.k8s.io", "subjectaccessreviews", "create"),
            .. kind.Group == Capsule && guard.CapsuleConfiguration.Length > 0
                ? Right.On(Capsule, "capsuleconfigurations", "get").Select(right => right with { Name = guard.CapsuleConfiguration })
                : [],
        ];
    }

    private static IEnumerable<AccessQuestion> OfCertificates(Installation installation, string webhooks) =>
    [
        .. Right.On("", "secrets", "get", "update").Select(right => right with { Name = installation.Secret, Namespace = installation.Namespace }),
        .. Right.On("coordination.k8s.io", "leases", "get", "update").Select(right => right with { Name = Leadership.LeaseName, Namespace = installation.Namespace }),
        .. Right.On("coordination.k8s.io", "leases", "create").Select(right => right with { Namespace = installation.Namespace }),
        .. Right.On(Admission, Hook.MutatingPlural, "get", "patch").Select(right => right with { Name = webhooks }),
        .. Right.On(Admission, Hook.ValidatingPlural, "get", "patch").Select(right => right with { Name = webhooks }),
    ];
}
