namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>As whom the API server sees a request: a real one, which knows whom it lets act for whom.</summary>
public sealed class ImpersonationTests(GuardedCluster cluster)
{
    [Theory]
    [InlineData("as: nobody-at-all", false)]
    [InlineData("as: somebody, as-groups: [others]", false)]
    [InlineData("as: somebody, as-groups: [others, planners-by-group]", true)]
    [InlineData("as: somebody, as-groups: ['others, planners-by-group']", false)]
    [InlineData("as: nobody-at-all, as-groups: ['system:masters']", true)]
    public async Task A_plan_is_made_as_the_one_whom_the_kubeconfig_names(string user, bool isPermitted)
    {
        var scene = await cluster.SceneAsync();
        await cluster.Plane.Admin.ApplyAsync("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: planners-by-group}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admissionguard-planner}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: planners-by-group}]
            """);
        using var client = new Client();
        var kubeconfig = client.Write("kubeconfig", (await File.ReadAllTextAsync(
            cluster.Plane.Admin.Kubeconfig, TestContext.Current.CancellationToken))
            .Replace("client-certificate:", $"{user}, client-certificate:", StringComparison.Ordinal));
        string[] options = ["--kubeconfig", kubeconfig];

        // Rights that were just given take a moment.
        await Poll.UntilAsync(
            "kubectl's answer",
            TimeSpan.FromMinutes(1),
            async () => isPermitted == await KubectlMayAsync(client, scene.Namespace, options),
            TestContext.Current.CancellationToken);
        var answer = await client.PlanAsync(scene.Namespace, options);

        Assert.True(isPermitted == answer.ExitCode is 0 or 1, answer.Error);
        Assert.Equal(!isPermitted, answer.Error.Split('\n').Any(line =>
            !line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("permission denied (403)", StringComparison.Ordinal)));
    }

    private static async Task<bool> KubectlMayAsync(Client client, string name, string[] options) =>
        (await client.KubectlGetAsync($"/api/v1/namespaces/{name}", options)).ExitCode == 0;
}
