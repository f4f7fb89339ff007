using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The account of Capsule's controller is one of <c>tenant.controllers</c>.</summary>
internal sealed class TenantControllersCheck : IDoctorCheck
{
    private const string Columns =
        "NAMESPACE:.metadata.namespace,NAME:.metadata.name,ACCOUNT:.spec.template.spec.serviceAccountName";

    public string Name => "tenant-controllers";

    public string Summary => "The account that Capsule's controller runs under is listed in `tenant.controllers`, "
        + "so that none of its stale writes moves a namespace back.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        // If Capsule is not installed, or can't be looked for, another check reports it.
        if (await context.Capsule is not { } capsule)
        {
            return [];
        }

        var listed = (await context.Configuration).Options.TenantControllers;
        return [Of(capsule, listed.Contains(capsule.Account, StringComparer.Ordinal), await context.Installation)];
    }

    private static CheckResult Of(CapsuleVersion capsule, bool isListed, Installation installation) => capsule.Account switch
    {
        "" => CheckResult.Unknown(
            "the account that Capsule's controller runs under was not found",
            new Remediation(
                "find the service account of its Deployment, and list it in tenant.controllers as system:serviceaccount:NAMESPACE:NAME:",
                $"kubectl get deployments -A -o custom-columns={Columns}")),
        var account when isListed => CheckResult.Ok($"{account} is listed"),
        var account => CheckResult.Warning(
            $"Capsule's controller runs under {account}, which is not listed: one of its stale writes could move a namespace back",
            new Remediation(
                $"set tenant.controllers to [\"{account}\"] in the guard's configuration:",
                $"kubectl -n {installation.Namespace} edit configmap {installation.ConfigMap}")),
    };
}
