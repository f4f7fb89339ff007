using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>The account that Capsule's controller runs under, as its chart installs it.</summary>
internal static class CapsulesAccount
{
    public const string Name = "system:serviceaccount:capsule-system:capsule";

    /// <summary>Binds it to cluster-admin, as the chart does.</summary>
    public static Task<string> BindAsync(ControlPlane plane) => plane.Admin.ApplyAsync("""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: capsule-manager-rolebinding}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: capsule, namespace: capsule-system}]
        """);

    /// <summary>kubectl under it. By a certificate, which the API server reads as it reads the account's token.</summary>
    public static Kubectl Of(ControlPlane plane) => plane.KubectlAs(Name, "system:serviceaccounts", "system:serviceaccounts:capsule-system");
}
