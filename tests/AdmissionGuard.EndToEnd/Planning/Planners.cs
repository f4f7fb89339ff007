using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>Who plans for others, with the roles of <c>deploy/</c> and nothing else, beside a guard's configuration.</summary>
internal static class Planners
{
    public const string Name = "planner";

    public static async Task<Kubectl> CreateAsync(ControlPlane plane)
    {
        await CreateAsync(plane, "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: planners}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-planner}
            subjects: [{{Rights.User(Name)}}]
            """);
        await CreateAsync(plane, "/apis/rbac.authorization.k8s.io/v1/namespaces/admissionguard-system/rolebindings", $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: planners}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: admissionguard-configuration-reader}
            subjects: [{{Rights.User(Name)}}]
            """);
        await CreateAsync(
            plane,
            "/api/v1/namespaces/admissionguard-system/configmaps",
            await File.ReadAllTextAsync(Repository.File("deploy", "base", "configmap.yaml"), TestContext.Current.CancellationToken));
        await Poll.UntilAsync(
            "the planner's rights",
            TimeSpan.FromMinutes(1),
            async () => (await plane.Admin.RunAsync(
                "auth", "can-i", "list", "ingresses.networking.k8s.io", "--as", Name, "-A")).Output.Trim() == "yes",
            TestContext.Current.CancellationToken);
        await Poll.UntilAsync(
            "the planner's right to read the configuration",
            TimeSpan.FromMinutes(1),
            async () => (await plane.Admin.RunAsync(
                "auth",
                "can-i",
                "get",
                "configmaps/admissionguard-config",
                "--as",
                Name,
                "-n",
                "admissionguard-system")).Output.Trim() == "yes",
            TestContext.Current.CancellationToken);
        return plane.KubectlAs(Name);
    }

    private static async Task CreateAsync(ControlPlane plane, string path, string yaml)
    {
        var created = await plane.AdminApi.CreateAsync(path, yaml);
        if (created.Code != 409)
        {
            created.Ok();
        }
    }
}
