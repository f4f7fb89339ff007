using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// Stands in for the nodes that are not there: runs the one pod of the hook's Job, as its service account, and reports how it ended.
/// </summary>
internal sealed class Kubelet(InstalledCluster cluster)
{
    private const string Selector = "app.kubernetes.io/name=admissionguard-unregister";

    /// <summary>Waits for the pod, runs what it is to run, and writes its end into its status.</summary>
    /// <returns>What the program said.</returns>
    public async Task<CommandResult> RunOneAsync(CancellationToken cancellation)
    {
        JsonNode? pod = null;
        await Poll.UntilAsync(
            "the hook's pod",
            TimeSpan.FromMinutes(2),
            async () => (pod = JsonNode.Parse(
                await cluster.Kubectl.OkAsync(
                    "-n",
                    InstalledCluster.Namespace,
                    "get",
                    "pods",
                    "-l",
                    Selector,
                    "-o",
                    "json"))!["items"]!.AsArray().FirstOrDefault()) is not null,
            cancellation);
        var spec = pod!["spec"]!;
        var account = await cluster.Plane.KubectlAsServiceAccountAsync(InstalledCluster.Namespace, (string)spec["serviceAccountName"]!);
        string[] arguments = [.. spec["containers"]![0]!["args"]!.AsArray().Select(each => (string)each!)];

        var result = await Program.RunAsync([.. arguments, "--kubeconfig", account.Kubeconfig], cancellation);

        var phase = result.ExitCode == 0 ? "Succeeded" : "Failed";
        var (code, body) = await cluster.Plane.SendAsync(
            "admin",
            HttpMethod.Patch,
            $"/api/v1/namespaces/{InstalledCluster.Namespace}/pods/{pod["metadata"]!["name"]}/status",
            "application/strategic-merge-patch+json",
            $$$"""{"status":{"phase":"{{{phase}}}"}}""",
            "system:masters");
        Assert.True((int)code == 200, body);
        return result;
    }
}
