namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>An overlay, applied as documented, starts guards that the API server calls through their Service.</summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class RunningInstallationTests(ClusterWithNodes cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_applied_runs_and_decides_and_when_the_Service_is_gone_nobody_does()
    {
        var oil = await cluster.Plane.CreateTenantAsync("oil");
        var gas = await cluster.Plane.CreateTenantAsync("gas");
        await cluster.OkAsync($"""
            kubectl apply -k {cluster.Overlay}
            kubectl -n {ClusterWithNodes.Namespace} rollout status deployment/admissionguard --timeout=2m
            """);

        await Poll.UntilAsync(
            "the API server to trust the guard",
            TimeSpan.FromMinutes(1),
            async () => (await cluster.RunAsync("kubectl create namespace moved --dry-run=server")).ExitCode == 0,
            Cancellation);
        await cluster.OkAsync("""
            kubectl create namespace moved
            kubectl label namespace moved capsule.clastix.io/tenant=oil
            """);
        Assert.Equal($"Tenant oil {oil}", await OwnersAsync());
        await cluster.OkAsync("kubectl label namespace moved capsule.clastix.io/tenant=gas --overwrite");
        Assert.Equal($"Tenant gas {gas}", await OwnersAsync());
        var refused = await cluster.RunAsync("kubectl label namespace kube-public capsule.clastix.io/tenant=gas");
        Assert.Contains("admissionguard.io\" denied the request", refused.Error, StringComparison.Ordinal);

        await cluster.OkAsync($"kubectl -n {ClusterWithNodes.Namespace} delete service admissionguard");
        await EndsInAsync(oil, "service \"admissionguard\" not found");
        await cluster.OkAsync($"""
            kubectl apply -k {cluster.Overlay}
            kubectl -n {ClusterWithNodes.Namespace} scale deployment admissionguard --replicas=0
            """);
        await EndsInAsync(oil, "502 Bad Gateway");
    }

    /// <summary>Waits until a change that is complete, so that the API server's own policy admits it, fails with words.</summary>
    private Task EndsInAsync(string oil, string words) => Poll.UntilAsync(
        words,
        TimeSpan.FromMinutes(1),
        async () => (await cluster.RunAsync($$$"""
            kubectl patch namespace moved --dry-run=server --type=merge -p '{"metadata":{
              "labels":{"capsule.clastix.io/tenant":"oil"},
              "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"{{{oil}}}"}]}}'
            """)).Error.Contains(words, StringComparison.Ordinal),
        Cancellation);

    private Task<string> OwnersAsync() => cluster.OkAsync(
        "kubectl get namespace moved -o jsonpath='{range .metadata.ownerReferences[*]}{.kind} {.name} {.uid}{end}'");
}
