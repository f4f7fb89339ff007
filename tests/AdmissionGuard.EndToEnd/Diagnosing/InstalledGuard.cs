using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Diagnosing;

/// <summary>
/// The guard as <c>deploy/base</c> installs it, with its Deployment beside the one that runs, and pods that somebody says are ready.
/// </summary>
public sealed class InstalledGuard(BareCluster cluster) : IAsyncLifetime
{
    public const string Namespace = "admissionguard-system";

    private static readonly string[] Manifests = ["service.yaml", "configmap.yaml", "deployment.yaml"];

    public Guard Guard { get; private set; } = null!;

    /// <summary>A folder like the top of the repository, with the certificates in it.</summary>
    public string Folder => Path.Combine(Plane.Folder, "doctor");

    private ControlPlane Plane => cluster.Plane;

    public async ValueTask InitializeAsync()
    {
        // What tests before left behind may have drifted apart, on purpose.
        const string Others = "kubectl get namespaces -o name | sed -E '/\\/(kube-.*|default|admissionguard-system)$/d'";
        (await Plane.Admin.ShellAsync(Plane.Folder, $"{Others} | xargs -r kubectl delete --wait=false")).Ok();
        Guard = await Guard.StartAsync(Plane, CancellationToken.None);
        Directory.CreateDirectory(Folder);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "deploy"), Repository.File("deploy"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "certs-scripts"), Repository.File("certs-scripts"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "certs"), Path.GetDirectoryName(Guard.CaFile)!);
        foreach (var manifest in Manifests)
        {
            await Plane.Admin.OkAsync("apply", "-f", Repository.File("deploy", "base", manifest));
        }

        (await Plane.Admin.ShellAsync(
            Folder,
            $"kubectl -n {Namespace} create secret tls admissionguard-tls --cert certs/tls.crt --key certs/tls.key --dry-run=client -o yaml | kubectl apply -f -")).Ok();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var manifest in Manifests)
        {
            await Plane.Admin.OkAsync("delete", "--ignore-not-found", "-f", Repository.File("deploy", "base", manifest));
        }

        await Plane.Admin.OkAsync("-n", Namespace, "delete", "secret", "admissionguard-tls", "--ignore-not-found");
        await Plane.Admin.OkAsync("-n", Namespace, "delete", "poddisruptionbudget", "admissionguard", "--ignore-not-found");
        await (Guard?.DisposeAsync() ?? default);
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>
    /// Puts each pod on a node of its own, and calls it ready, as kubelets would: there are none here. As no such node exists, Kubernetes
    /// deletes the pod within a minute, and another follows.
    /// </summary>
    /// <returns>When the Deployment counts two that are ready.</returns>
    public Task MakeReadyAsync() => Poll.UntilAsync("two ready replicas", TimeSpan.FromMinutes(2), async () =>
    {
        var pods = JsonNode.Parse(
            await Plane.Admin.OkAsync(
                "-n", Namespace, "get", "pods", "-l", "app.kubernetes.io/name=admissionguard", "-o", "json"))!["items"]!.AsArray();
        foreach (var pod in pods)
        {
            var name = (string)pod!["metadata"]!["name"]!;
            await MakeReadyAsync(name, pod["spec"]!["nodeName"] is null ? $"node-of-{name}" : null);
        }

        return await Plane.Admin.OkAsync(
            "-n", Namespace, "get", "deployment", "admissionguard", "-o", "jsonpath={.status.readyReplicas}") == "2";
    }, TestContext.Current.CancellationToken);

    private async Task MakeReadyAsync(string pod, string? node)
    {
        var path = $"/api/v1/namespaces/{Namespace}/pods/{pod}";
        if (node is not null)
        {
            await Plane.SendAsync(
                "admin",
                HttpMethod.Post,
                $"{path}/binding",
                "application/json",
                $$$"""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{{pod}}}"},"target":{"apiVersion":"v1","kind":"Node","name":"{{{node}}}"}}""",
                "system:masters");
        }

        await Plane.SendAsync(
            "admin",
            HttpMethod.Patch,
            $"{path}/status",
            "application/strategic-merge-patch+json",
            """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""",
            "system:masters");
    }
}
