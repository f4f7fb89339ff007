using AdmissionGuard.Tools.Neighbours;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The account of Capsule's controller is one of <c>tenant.controllers</c>.</summary>
internal sealed class TenantControllersCheck : ICheck
{
    private const string Columns =
        "NAMESPACE:.metadata.namespace,NAME:.metadata.name,ACCOUNT:.spec.template.spec.serviceAccountName";

    public string Name => "tenant-controllers";

    public string Summary => "The account that Capsule's controller runs under is listed in `tenant.controllers`, "
        + "so that no stale write of it moves a namespace back.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        // Where Capsule is not installed, or can't be looked for, another check says so.
        if (await patient.Capsule is not { } capsule)
        {
            return [];
        }

        var listed = (await patient.Configuration).Options.TenantControllers;
        return [Of(capsule, listed.Contains(capsule.Account, StringComparer.Ordinal), await patient.Installation)];
    }

    private static Diagnosis Of(CapsuleVersion capsule, bool isListed, Installation installation) => capsule.Account switch
    {
        "" => Diagnosis.Unknown(
            "the account that Capsule's controller runs under was not found",
            new Fix(
                "look at its Deployment, and list its account in tenant.controllers as system:serviceaccount:NAMESPACE:NAME:",
                $"kubectl get deployments -A -o custom-columns={Columns}")),
        var account when isListed => Diagnosis.Ok($"{account} is listed"),
        var account => Diagnosis.Warning(
            $"Capsule's controller runs under {account}, which is not listed: a stale write of it would be completed into a move back",
            new Fix(
                $"set tenant.controllers to [\"{account}\"] in the guard's configuration:",
                $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}")),
    };
}
