namespace AdmissionGuard.TestCluster;

/// <summary>
/// The people of the tests and the show: all may edit namespaces, <c>mover</c> alone may move them; <c>alice</c> and <c>bob</c> own
/// tenants.
/// </summary>
public static class TestUsers
{
    private const string Roles = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: namespace-editor}
        rules:
        - {apiGroups: [""], resources: [namespaces, namespaces/status, namespaces/finalize], verbs: [get, list, create, update, patch, delete]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: namespace-editors}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: namespace-editor}
        subjects:
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: mover}
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: alice}
        - {apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: movers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-migrator}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: mover}]
        """;

    /// <summary>Grants them what they may, with the roles of <c>deploy/</c>.</summary>
    /// <param name="plane">The control plane.</param>
    /// <returns>When it is done.</returns>
    public static async Task CreateAsync(ControlPlane plane)
    {
        await plane.Admin.OkAsync(
            "apply", "-f", Repository.File("deploy", "base", "namespace.yaml"), "-f", Repository.File("deploy", "base", "rbac.yaml"));
        await plane.Admin.ApplyAsync(Roles);
    }
}
