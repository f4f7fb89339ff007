using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>The account that Capsule's controller runs under.</summary>
internal static class CapsulesAccount
{
    /// <summary>As Capsule's chart installs it: bound to cluster-admin, and so to every verb.</summary>
    public const string Installed = "capsule-system";

    /// <summary>
    /// With the chart's <c>manager.rbac.strict</c>: namespaces and their subresources, and neither <c>release</c> nor <c>adopt</c>.
    /// </summary>
    public const string Strict = "capsule-strict";

    private const string Bindings = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: capsule-manager-rolebinding}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{kind: ServiceAccount, name: capsule, namespace: capsule-system}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: capsule-strict}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: namespace-editor}
        subjects: [{kind: ServiceAccount, name: capsule, namespace: capsule-strict}]
        """;

    public static Task<string> BindAsync(ControlPlane plane) => plane.Admin.ApplyAsync(Bindings);

    /// <summary>kubectl under it. By a certificate, which the API server reads as it reads the account's token.</summary>
    public static Kubectl Of(ControlPlane plane, string @namespace = Installed) =>
        plane.KubectlAs($"system:serviceaccount:{@namespace}:capsule", "system:serviceaccounts", $"system:serviceaccounts:{@namespace}");
}
