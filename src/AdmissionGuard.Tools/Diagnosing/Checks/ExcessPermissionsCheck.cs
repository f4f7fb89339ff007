using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's service account has no permission that is dangerous if the account is compromised.</summary>
internal sealed class ExcessPermissionsCheck : IDoctorCheck
{
    public string Name => "excess-rights";

    public string Summary =>
        "The guard has no permission to write namespaces, tenants or pods, to read secrets in all namespaces, or to impersonate.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var kind = (await context.Configuration).Options.Tenant;
        AccessQuestion[] rights =
        [
            .. AccessQuestions.On("", "namespaces", "create", "update", "patch", "delete"),
            .. AccessQuestions.On("", "secrets", "get", "list"),
            .. AccessQuestions.On(kind.Group, kind.Plural, "update", "patch", "delete"),
            .. AccessQuestions.On("", "pods", "create"),
            .. AccessQuestions.On("", "users", "impersonate"),
            .. AccessQuestions.On("rbac.authorization.k8s.io", "clusterroles", "escalate"),
        ];
        var answers = (await context.AskAsync(await context.GuardAsync(), rights)).Zip(rights).ToList();
        var excess = answers.Where(each => each.First is Permission.Granted)
            .Select(each => AccessQuestions.Shown(each.Second))
            .ToList();
        var user = (await context.Installation).User;
        return excess is not []
            ? [CheckResult.Warning(
                $"{user} has more permissions than it needs: {string.Join(", ", excess)}",
                new Remediation(
                    "find the binding that grants them, and remove it:",
                    "kubectl get clusterrolebindings -o wide | grep -w "
                        + $"{context.Options.Namespace}/{(await context.Installation).ServiceAccount}"))]
            // If nothing could be asked, another check reports it.
            : answers.Exists(each => each.First is Permission.Unknown) ? [] : [CheckResult.Ok($"{user} has no excess permissions")];
    }
}
