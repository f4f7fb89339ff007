using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's account has no right that would make it worth taking over.</summary>
internal sealed class ExcessPermissionsCheck : IDoctorCheck
{
    public string Name => "excess-rights";

    public string Summary => "It has no right to write namespaces, tenants or pods, to read secrets everywhere, or to become somebody else.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var kind = (await context.Configuration).Options.Tenant;
        AccessQuestion[] rights =
        [
            .. PermissionQuestions.On("", "namespaces", "create", "update", "patch", "delete"),
            .. PermissionQuestions.On("", "secrets", "get", "list"),
            .. PermissionQuestions.On(kind.Group, kind.Plural, "update", "patch", "delete"),
            .. PermissionQuestions.On("", "pods", "create"),
            .. PermissionQuestions.On("", "users", "impersonate"),
            .. PermissionQuestions.On("rbac.authorization.k8s.io", "clusterroles", "escalate"),
        ];
        var answers = (await context.AskAsync(await context.GuardAsync(), rights)).Zip(rights).ToList();
        var excess = answers.Where(each => each.First is Permission.Granted).Select(each => PermissionQuestions.Shown(each.Second)).ToList();
        var user = (await context.Installation).User;
        return excess is not []
            ? [CheckResult.Warning(
                $"{user} may more than it needs: {string.Join(", ", excess)}",
                new Remediation("find what binds it, and take that away:", $"kubectl get clusterrolebindings -o wide | grep -w {context.Options.Namespace}/{(await context.Installation).ServiceAccount}"))]
            // Where nothing could be asked, another check says so.
            : answers.Exists(each => each.First is Permission.Unknown) ? [] : [CheckResult.Ok($"{user} may write nothing, and read no secrets")];
    }
}
