namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>What is installed in a cluster, and whether it works.</summary>
internal static class InstalledObjects
{
    /// <summary>The validator is registered with Fail, and the guard answers the API server.</summary>
    public static async Task TheGuardDecidesAsync(this InstalledCluster cluster)
    {
        Assert.Equal("Fail", await cluster.PolicyAsync());
        CommandResult refused = null!;
        await Poll.UntilAsync(
            "an answer of the guard's",
            TimeSpan.FromMinutes(1),
            async () => (refused = await cluster.Kubectl.RunAsync(
                "label", "namespace", "kube-public", "capsule.clastix.io/tenant=No_Tenant", "--dry-run=server"))
                .Error.Contains("\"mutate.admissionguard.io\" denied the request", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        Assert.NotEqual(0, refused.ExitCode);
    }

    /// <summary>Nothing of an installation is left, and nobody is held up.</summary>
    public static async Task NothingIsLeftAsync(this InstalledCluster cluster)
    {
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
        await cluster.EditsPassAsync(pass: true);
    }

    /// <summary>Takes out what a manifest has put in, the webhooks first.</summary>
    public static async Task RemoveAsync(this InstalledCluster cluster, string manifest)
    {
        await cluster.Kubectl.OkAsync("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "00-admissionguard");
        (await cluster.Kubectl.WithInputAsync(cluster.Known(manifest), "delete", "--ignore-not-found", "--wait=false", "-f", "-")).Ok();
    }

    public static async Task<string[]> BundlesAsync(this InstalledCluster cluster) =>
        (await cluster.Kubectl.OkAsync(
            "get",
            "mutatingwebhookconfiguration,validatingwebhookconfiguration",
            "-o",
            "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static Task<string> ServedAsync(this InstalledCluster cluster) =>
        cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.data.tls\\.crt}");

    public static Task<string> ConfigurationAsync(this InstalledCluster cluster) =>
        cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "configmap", "admissionguard-config", "-o", "jsonpath={.data.config\\.yaml}");

    public static Task<string> PolicyAsync(this InstalledCluster cluster) => cluster.Kubectl.OkAsync(
        "get", "validatingwebhookconfiguration", "00-admissionguard", "-o", "jsonpath={.webhooks[*].failurePolicy}");

    public static Task<string> ImageAsync(this InstalledCluster cluster) => cluster.Kubectl.OkAsync(
        "-n",
        InstalledCluster.Namespace,
        "get",
        "deployment",
        "admissionguard",
        "-o",
        "jsonpath={.spec.template.spec.containers[0].image}");

    public static Task<string> ReplicasAsync(this InstalledCluster cluster) =>
        cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "deployment", "admissionguard", "-o", "jsonpath={.spec.replicas}");
}
