using AdmissionGuard.Checking.Trials;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Diagnosing.Checks;

/// <summary>Kubernetes' garbage collector may let go of the namespaces of a tenant that is deleted and orphans them.</summary>
internal sealed class GarbageCollector : ICheck
{
    // By the first name where the controller manager runs with --use-service-account-credentials, else by the second.
    private static readonly string[] Accounts = ["system:serviceaccount:kube-system:generic-garbage-collector", "system:kube-controller-manager"];

    public string Name => "garbage-collector";

    public string Summary => "The garbage collector may `release`, so that `kubectl delete tenant --cascade=orphan` comes to an end.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var guard = (await patient.Configuration).Options;
        var right = Right.On(guard.Tenant.Group, guard.Tenant.Plural, guard.Verbs.Release).Single();
        var missing = new List<string>();
        foreach (var account in Accounts)
        {
            switch ((await patient.AskAsync(new Person(account, []).ToRequester(), [right]))[0])
            {
                case Permission.Missing:
                    missing.Add(account);
                    break;
                case Permission.Unknown:
                    return [];
            }
        }

        return missing is []
            ? [Diagnosis.Ok($"it may {guard.Verbs.Release} namespaces, so kubectl delete tenant --cascade=orphan comes to an end")]
            : [Diagnosis.Warning(
                $"{string.Join(" and ", missing)} may not {Right.Shown(right)}: kubectl delete tenant --cascade=orphan never comes to an end",
                new Fix("", "kubectl apply -f deploy/base/rbac.yaml"))];
    }
}
