using System.Net;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>A cluster whose every node rebooted at once, or whose guard is taken out in the wrong order.</summary>
[Collection(nameof(BareCluster))]
public sealed class RebootTests(BareCluster cluster)
{
    private const string Namespace = "admissionguard-system";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_the_guard_needs_to_come_back_waits_for_the_guard()
    {
        var (plane, admin) = (cluster.Plane, cluster.Plane.Admin);
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(plane, Cancellation);
        await admin.ApplyAsync(await DeployedAsync());
        await guard.StopAsync();
        Assert.NotEqual(0, (await scene.Mover.RunAsync("label", "ns", scene.Namespace, "seen=yes")).ExitCode);

        // What kubelets, the scheduler and the controllers write there, each by itself.
        await AcceptsAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{Namespace}/serviceaccounts/admissionguard/token",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""");
        await AcceptsAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{Namespace}/pods",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"again"},"spec":{"serviceAccountName":"admissionguard","securityContext":{"runAsNonRoot":true,"runAsUser":1654,"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"admissionguard","image":"admissionguard:0.1.0","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}""");
        await AcceptsAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{Namespace}/pods/again/binding",
            """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"again"},"target":{"apiVersion":"v1","kind":"Node","name":"node"}}""");
        await AcceptsAsync(HttpMethod.Patch, $"/api/v1/namespaces/{Namespace}/pods/again/status", """{"status":{"phase":"Running"}}""");
        await AcceptsAsync(
            HttpMethod.Patch,
            $"/apis/apps/v1/namespaces/{Namespace}/deployments/admissionguard",
            """{"metadata":{"annotations":{"touched":"yes"}}}""");
        await AcceptsAsync(
            HttpMethod.Patch,
            $"/apis/apps/v1/namespaces/{Namespace}/deployments/admissionguard/status",
            """{"status":{"observedGeneration":1}}""");
        await AcceptsAsync(
            HttpMethod.Patch, $"/api/v1/namespaces/{Namespace}/secrets/admissionguard-tls", """{"data":{"tls.crt":"b25l"}}""");
        await AcceptsAsync(
            HttpMethod.Post,
            $"/apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases",
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"admissionguard"},"spec":{"holderIdentity":"again"}}""");
        await AcceptsAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{Namespace}/endpoints",
            """{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"again"},"subsets":[{"addresses":[{"ip":"10.1.2.3"}],"ports":[{"port":9443}]}]}""");
        await AcceptsAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{Namespace}/events",
            $$"""{"apiVersion":"v1","kind":"Event","metadata":{"name":"again"},"involvedObject":{"kind":"Pod","name":"again","namespace":"{{Namespace}}"},"reason":"Started","type":"Normal"}""");
        await AcceptsAsync(
            HttpMethod.Patch,
            $"/api/v1/namespaces/{Namespace}/configmaps/admissionguard-config",
            """{"metadata":{"annotations":{"touched":"yes"}}}""");

        // And the guard comes back by itself, the webhooks as they were.
        await using var again = await StartAsync(plane, guard);
        await IsReadyAsync(again);
        await RedirectAsync(again);
        await Poll.UntilAsync(
            "a move",
            TimeSpan.FromMinutes(1),
            async () => (await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite")).ExitCode == 0,
            Cancellation);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
        await admin.OkAsync(
            "-n", Namespace, "delete", "deployment,pod,lease,secret,configmap,endpoints", "--all", "--force", "--grace-period=0");
    }

    [Fact]
    public async Task With_the_validator_removed_by_mistake_nobody_gets_completed_what_they_may_not()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);

        await cluster.Plane.Admin.OkAsync("delete", "validatingwebhookconfiguration", "00-admissionguard");
        // It is out of force once a subresource, which is its alone, takes the label.
        await Poll.UntilAsync(
            "the validator's end",
            TimeSpan.FromMinutes(1),
            async () => await StatusAsync(
                scene.Namespace, """{"metadata":{"labels":{"seen":"yes","capsule.clastix.io/tenant":"No_Tenant"}}}""") < 300,
            Cancellation);
        await StatusAsync(scene.Namespace, $$$$"""{"metadata":{"labels":{"capsule.clastix.io/tenant":"{{{{scene.Oil}}}}"}}}""");

        var refused = await scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        Assert.Contains(
            "admission webhook \"mutate.admissionguard.io\" denied the request: alice may not move namespace",
            refused.Error,
            StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());

        // Then the guard goes as well: what is written is stored as it is, and nothing is added to it.
        await guard.StopAsync();
        await scene.Alice.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        Assert.Equal($"{scene.Gas} | {scene.Oil}={scene.OilUid}", await scene.TenancyAsync());
    }

    private static async Task<string> DeployedAsync()
    {
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(Repository.File("deploy", "overlays", "self-managed"));
        string[] kinds = ["\nkind: Deployment\n", "\nkind: ConfigMap\n", "\nkind: Secret\n"];
        return string.Join(
            "\n---\n",
            manifest.Split("\n---\n").Where(document => kinds.Any(kind => $"\n{document}\n".Contains(kind, StringComparison.Ordinal))));
    }

    private static async Task<GuardProcess> StartAsync(ControlPlane plane, Guard before)
    {
        var account = await plane.KubectlAsServiceAccountAsync(Namespace, "admissionguard");
        var certificates = Path.GetDirectoryName(before.CaFile)!;
        return await GuardProcess.StartAsync(
            [
                "dotnet",
                Program.File,
                "serve",
                "--kubeconfig",
                account.Kubeconfig,
                "--tls-cert",
                Path.Combine(certificates, "tls.crt"),
                "--tls-key",
                Path.Combine(certificates, "tls.key"),
            ],
            Path.Combine(plane.Folder, $"guard-{Guid.NewGuid():N}.log"),
            Cancellation);
    }

    private static async Task IsReadyAsync(GuardProcess guard)
    {
        using var http = new HttpClient();
        await Poll.UntilAsync(
            "the guard to be ready",
            TimeSpan.FromMinutes(1),
            async () =>
            {
                using var answer = await http.GetAsync(new Uri(guard.Health, "readyz"), Cancellation);
                return answer.StatusCode is HttpStatusCode.OK;
            },
            Cancellation);
    }

    /// <summary>Stands in for the Service, which would lead to the new pod by itself.</summary>
    private async Task RedirectAsync(GuardProcess guard)
    {
        foreach (var (kind, path) in new[] { ("mutatingwebhookconfiguration", "mutate"), ("validatingwebhookconfiguration", "validate") })
        {
            await cluster.Plane.Admin.OkAsync(
                "patch",
                kind,
                "00-admissionguard",
                "--type=json",
                "-p",
                $$"""[{"op":"replace","path":"/webhooks/0/clientConfig/url","value":"{{new Uri(guard.Reviews, path)}}"}]""");
        }
    }

    private async Task AcceptsAsync(HttpMethod method, string path, string body)
    {
        var answer = await cluster.Plane.AdminApi.SendAsync(
            method, path, JsonNode.Parse(body), method == HttpMethod.Patch ? ApiClient.MergePatch : "application/json");
        Assert.True(answer.IsOk, $"{method} {path}: {answer.Text}");
    }

    private async Task<int> StatusAsync(string name, string body) =>
        (int)(await cluster.Plane.SendAsync(
            "admin", HttpMethod.Patch, $"/api/v1/namespaces/{name}/status", "application/merge-patch+json", body, "system:masters")).Code;
}
