namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The steps of <c>deploy/docs/configuration.md</c>, with what they leave behind cleared before the last.</summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class RollOutTests(ClusterWithNodes cluster) : IAsyncLifetime
{
    private const string Label = "capsule.clastix.io/tenant";

    private readonly PrintedCommands _printed = new(cluster, "installing.md");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Others leave the cluster as they broke it.
    public ValueTask InitializeAsync() => cluster.TidyAsync();

    public async ValueTask DisposeAsync()
    {
        await cluster.TidyAsync();
        _printed.Dispose();
    }

    [Fact]
    public async Task A_namespace_that_was_labelled_during_audit_is_whole_before_the_guard_enforces()
    {
        var name = $"rolled-{Guid.NewGuid():N}"[..20];
        // What tests before left behind may have drifted apart, on purpose.
        await _printed.RunAsync(
            "kubectl get namespaces -o name | sed -E '/\\/(kube-.*|default)$/d' | xargs -r kubectl delete --wait=false");
        var uid = await cluster.Plane.CreateTenantAsync("gas");
        await cluster.Kubectl.OkAsync("create", "namespace", name);
        await cluster.Kubectl.OkAsync("create", "clusterrole", "edits-namespaces", "--verb=get,patch", "--resource=namespaces");
        await cluster.Kubectl.OkAsync("create", "clusterrolebinding", "alice-edits", "--clusterrole=edits-namespaces", "--user=alice");

        // 1. audit
        await ApplyAsync("roll-out", isNew: true);
        await LabelAsync(name, isAdmitted: true, "");
        Assert.Equal("gas", await TenancyAsync(name));

        // 2. warn
        await ApplyAsync("roll-out-warn");
        await LabelAsync($"{name}-2", isAdmitted: true, "alice may not bring namespace");

        // 3. The drift is cleared.
        var drift = await DoctorAnswer.OfAsync(cluster.Kubectl.Kubeconfig);
        foreach (var command in drift.Commands("drift"))
        {
            await _printed.RunAsync(command);
        }

        Assert.Equal($"gas gas={uid}", await TenancyAsync(name));
        Assert.DoesNotContain(
            (await DoctorAnswer.OfAsync(cluster.Kubectl.Kubeconfig)).Errors, line => line.Contains(" drift: ", StringComparison.Ordinal));

        // 4. enforce
        await ApplyAsync("");
        await LabelAsync($"{name}-3", isAdmitted: false, "alice may not bring namespace");

        await _printed.RunAsync(_printed.Taken("delete -k"));
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        await cluster.Kubectl.OkAsync("delete", "clusterrole/edits-namespaces", "clusterrolebinding/alice-edits");
        await cluster.Kubectl.OkAsync("delete", "namespace", name, $"{name}-2", $"{name}-3", "--wait=false");
    }

    /// <summary>Applies the overlay of the page with a component of the roll-out, as the page says.</summary>
    private async Task ApplyAsync(string component, bool isNew = false)
    {
        var overlay = await _printed.YamlAsync("configuration.md", "components/roll-out");
        overlay = component.Length == 0
            ? overlay.Replace("components:\n  - ../deploy/components/roll-out\n", "", StringComparison.Ordinal)
            : overlay.Replace("components/roll-out\n", $"components/{component}\n", StringComparison.Ordinal);
        var source = cluster.KnowsEverything ? overlay : overlay.Replace("-1.30", "", StringComparison.Ordinal);
        Directory.CreateDirectory(_printed.At("guard"));
        await File.WriteAllTextAsync(_printed.At("guard/kustomization.yaml"), source, Cancellation);
        var first = cluster.KnowsEverything || !isNew ? "" : """
            mkdir -p guard-first
            echo '{resources: [../guard], components: [../deploy/components/first-step]}' >guard-first/kustomization.yaml
            kubectl apply -k guard-first
            kubectl -n admissionguard-system rollout status deployment/admissionguard

            """;
        await _printed.RunAsync(
            $"{first}kubectl apply -k guard\nkubectl -n admissionguard-system rollout status deployment/admissionguard");
    }

    /// <summary>Alice, who has no verb, labels a namespace; the guard and the API server take up the step in their own time.</summary>
    private async Task LabelAsync(string name, bool isAdmitted, string words)
    {
        await cluster.Kubectl.RunAsync("create", "namespace", name);
        await Poll.UntilAsync(
            $"{(isAdmitted ? "an admitted" : "a refused")} label",
            TimeSpan.FromMinutes(1),
            async () =>
            {
                var answer = await cluster.Plane.KubectlAs("alice").RunAsync("label", "namespace", name, $"{Label}=gas");
                if (answer.ExitCode == 0 == isAdmitted && answer.Error.Contains(words, StringComparison.Ordinal))
                {
                    return true;
                }

                await cluster.Kubectl.RunAsync("label", "namespace", name, $"{Label}-");
                return false;
            },
            Cancellation);
    }

    private Task<string> TenancyAsync(string name) => cluster.Kubectl.OkAsync(
        "get",
        "namespace",
        name,
        "-o",
        "jsonpath={.metadata.labels.capsule\\.clastix\\.io/tenant} {range .metadata.ownerReferences[*]}{.name}={.uid}{end}");
}
