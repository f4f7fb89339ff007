using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>Who plans for others, with the role of <c>deploy/</c> and nothing else.</summary>
internal static class Planners
{
    public const string Name = "planner";

    public static async Task<Kubectl> CreateAsync(ControlPlane plane)
    {
        var binding = await plane.AdminApi.CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: planners}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-planner}
            subjects: [{{Rights.User(Name)}}]
            """);
        if (binding.Code != 409)
        {
            binding.Ok();
        }

        await Poll.UntilAsync(
            "the planner's rights",
            TimeSpan.FromMinutes(1),
            async () => (await plane.Admin.RunAsync(
                "auth", "can-i", "list", "ingresses.networking.k8s.io", "--as", Name, "-A")).Output.Trim() == "yes",
            TestContext.Current.CancellationToken);
        return plane.KubectlAs(Name);
    }
}
