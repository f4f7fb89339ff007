using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.AccessReviews;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The guard's account has no right that would make it worth taking over.</summary>
internal sealed class ExcessRights : ICheck
{
    public string Name => "excess-rights";

    public string Summary => "It has no right to write namespaces, tenants or pods, to read secrets everywhere, or to become somebody else.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var kind = (await patient.Configuration).Options.Tenant;
        AccessQuestion[] rights =
        [
            .. Right.On("", "namespaces", "create", "update", "patch", "delete"),
            .. Right.On("", "secrets", "get", "list"),
            .. Right.On(kind.Group, kind.Plural, "update", "patch", "delete"),
            .. Right.On("", "pods", "create"),
            .. Right.On("", "users", "impersonate"),
            .. Right.On("rbac.authorization.k8s.io", "clusterroles", "escalate"),
        ];
        var answers = (await patient.AskAsync(await patient.GuardAsync(), rights)).Zip(rights).ToList();
        var excess = answers.Where(each => each.First is Permission.Granted).Select(each => Right.Shown(each.Second)).ToList();
        var user = (await patient.Installation).User;
        return excess is not []
            ? [Diagnosis.Warning(
                $"{user} may more than it needs: {string.Join(", ", excess)}",
                new Fix("find what binds it, and take that away:", $"kubectl get clusterrolebindings -o wide | grep -w {patient.Options.Namespace}/{(await patient.Installation).ServiceAccount}"))]
            // Where nothing could be asked, another check says so.
            : answers.Exists(each => each.First is Permission.Unknown) ? [] : [Diagnosis.Ok($"{user} may write nothing, and read no secrets")];
    }
}
