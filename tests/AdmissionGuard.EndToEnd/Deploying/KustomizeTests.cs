using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The overlays on a real API server: in, up and out again, in the documented order.</summary>
[Collection(nameof(InstalledCluster))]
public sealed class KustomizeTests(InstalledCluster cluster) : IAsyncDisposable
{
    private const string Configurations = "mutatingwebhookconfiguration,validatingwebhookconfiguration";

    public ValueTask DisposeAsync() => cluster.TidyAsync();

    [Theory]
    [InlineData("self-managed", 3)]
    [InlineData("complete", 3)]
    public async Task An_overlay_is_installed_upgraded_and_uninstalled_and_leaves_nothing_behind(string overlay, int replicas)
    {
        var folder = Repository.File("deploy", "overlays", overlay);
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(folder);
        Assert.Equal("", await cluster.RemainsAsync());

        await InstallAsync(folder, manifest);
        await cluster.PodsAreAdmittedAsync(replicas);
        await cluster.PublishAsync("Zmlyc3Q=");
        await TheGuardHasItsRightsAsync();
        // Nobody answers: only where conditions are known and given do other edits pass.
        await cluster.EditsPassAsync(pass: cluster.KnowsEverything && overlay == "complete");

        await InstallAsync(folder, manifest);
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await cluster.PublishedAsync());
        await cluster.ApplyAsync(manifest.Replace("image: admissionguard:0.1.0", "image: admissionguard:0.2.0", StringComparison.Ordinal));
        Assert.Equal(
            "admissionguard:0.2.0",
            await cluster.Kubectl.OkAsync(
                "-n",
                InstalledCluster.Namespace,
                "get",
                "deployment",
                "admissionguard",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].image}"));
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await cluster.PublishedAsync());

        await cluster.Kubectl.OkAsync("delete", Configurations, "00-admissionguard");
        await cluster.EditsPassAsync(pass: true);
        (await cluster.Kubectl.WithInputAsync(cluster.Known(manifest), "delete", "--ignore-not-found", "--wait=false", "-f", "-")).Ok();
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
        await cluster.EditsPassAsync(pass: true);
    }

    [Fact]
    public async Task What_Helm_renders_can_be_applied_by_kubectl_and_deleted_again()
    {
        await cluster.Kubectl.OkAsync("create", "namespace", InstalledCluster.Namespace);
        string[] choices = cluster.KnowsEverything
            ? ["--set", "flowSchema.enabled=true,matchConditions.enabled=true,backstop.enabled=true"]
            : [];
        var manifest = (await cluster.HelmAsync(
            [
                "template",
                "admissionguard",
                Repository.File("deploy", "chart"),
                "-n",
                InstalledCluster.Namespace,
                "--no-hooks",
                "--kube-version",
                $"{cluster.Plane.Version}.0",
                .. choices,
            ])).Ok();

        await cluster.ApplyAsync(manifest);
        await cluster.PodsAreAdmittedAsync(3);
        await cluster.PublishAsync("Zmlyc3Q=");
        await cluster.ApplyAsync(manifest);
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await cluster.PublishedAsync());

        await cluster.Kubectl.OkAsync("delete", Configurations, "00-admissionguard");
        (await cluster.Kubectl.WithInputAsync(cluster.Known(manifest), "delete", "--ignore-not-found", "-f", "-")).Ok();
        await cluster.Kubectl.OkAsync("delete", "namespace", InstalledCluster.Namespace, "--wait=false");
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
    }

    [Fact]
    public async Task A_network_policy_that_nobody_filled_in_is_refused_when_it_is_installed()
    {
        // Its own namespace is not there, which is no reason to refuse it.
        var moved = (await File.ReadAllTextAsync(
            Repository.File("deploy", "components", "network-policy", "networkpolicy.yaml"), TestContext.Current.CancellationToken))
            .Replace("namespace: admissionguard-system", "namespace: default", StringComparison.Ordinal);
        var refused = await cluster.Kubectl.WithInputAsync(moved, "create", "--dry-run=server", "-f", "-");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("CONTROL-PLANE-CIDR", refused.Error, StringComparison.Ordinal);
        (await cluster.Kubectl.WithInputAsync(
            moved.Replace("CONTROL-PLANE-CIDR", "10.0.0.0/28", StringComparison.Ordinal), "create", "--dry-run=server", "-f", "-")).Ok();
    }

    private async Task TheGuardHasItsRightsAsync()
    {
        (string Verb, string Resource, bool Has)[] rights =
        [
            ("get", "secrets/admissionguard-tls", true),
            ("update", "secrets/admissionguard-tls", true),
            ("get", "secrets/another", false),
            ("create", "secrets", false),
            ("list", "secrets", false),
            ("create", "leases.coordination.k8s.io", true),
            ("get", "leases.coordination.k8s.io/admissionguard", true),
            ("update", "leases.coordination.k8s.io/admissionguard", true),
            ("update", "leases.coordination.k8s.io/another", false), ("delete", "leases.coordination.k8s.io/admissionguard", false),
            ("patch", "validatingwebhookconfigurations.admissionregistration.k8s.io/00-admissionguard", true),
            ("patch", "mutatingwebhookconfigurations.admissionregistration.k8s.io/another", false),
            ("delete", "validatingwebhookconfigurations.admissionregistration.k8s.io/00-admissionguard", false),
            ("create", "validatingwebhookconfigurations.admissionregistration.k8s.io", false),
        ];
        foreach (var (verb, resource, has) in rights)
        {
            var answer = await cluster.Kubectl.RunAsync(
                "-n",
                InstalledCluster.Namespace,
                "auth",
                "can-i",
                verb,
                resource,
                "--as",
                $"system:serviceaccount:{InstalledCluster.Namespace}:admissionguard");
            Assert.Equal($"{verb} {resource}: {(has ? "yes" : "no")}", $"{verb} {resource}: {answer.Output.Trim()}");
        }
    }

    /// <summary>As documented where the API server knows everything; else what it knows of it.</summary>
    private async Task InstallAsync(string folder, string manifest)
    {
        if (cluster.KnowsEverything)
        {
            await cluster.Kubectl.OkAsync("apply", "--validate=strict", "-k", folder);
        }
        else
        {
            await cluster.ApplyAsync(manifest);
        }
    }
}
