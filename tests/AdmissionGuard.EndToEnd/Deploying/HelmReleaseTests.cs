namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// A real <c>helm install</c>, <c>upgrade</c>, <c>rollback</c> and <c>uninstall</c>, also while no replica runs.
/// </summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class HelmReleaseTests(ClusterWithNodes cluster) : IAsyncLifetime
{
    // Its pods stay in ImagePullBackOff.
    private const string NoImage = "image.repository=registry.example.com/wrong";

    private static readonly string[] Release = ["guard", Repository.File("deploy", "chart"), "-n", InstalledCluster.Namespace];

    // Others leave the cluster as they broke it.
    public ValueTask InitializeAsync() => cluster.TidyAsync();

    public ValueTask DisposeAsync() => cluster.TidyAsync();

    [Fact]
    public async Task A_release_is_installed_upgraded_and_uninstalled_and_leaves_nothing_behind()
    {
        string[] choices = cluster.KnowsEverything ? ["--set", "flowSchema.enabled=true"] : [];
        // As documented: the namespace asks for the strictest Pod Security Standard, which servers from 1.23 on heed.
        await cluster.Kubectl.OkAsync("apply", "-f", Repository.File("deploy", "base", "namespace.yaml"));
        (await cluster.HelmAsync(["install", .. Release, .. choices])).Ok();
        await cluster.PodsAreAdmittedAsync(3);
        await cluster.TheGuardDecidesAsync();
        var published = await cluster.PublishedAsync();

        (await cluster.HelmAsync(
            ["upgrade", .. Release, "--reset-then-reuse-values", "--set", "replicas=4,configuration.mode=audit"])).Ok();
        Assert.Equal(published, await cluster.PublishedAsync());
        await cluster.PodsAreAdmittedAsync(4);
        Assert.Equal("mode: audit", await cluster.ConfigurationAsync());

        // From here on the guard answers nobody; the chart takes conditions where the API server has them, by itself.
        await NoReplicaRunsAsync();
        await cluster.EditsPassAsync(pass: cluster.Plane.Version >= new Version(1, 28));
        (await cluster.HelmAsync("uninstall", "guard", "-n", InstalledCluster.Namespace)).Ok();
        await LeavesNothingAsync();
    }

    [Fact]
    public async Task Without_conditions_an_installation_ends_with_Fail_and_nothing_but_a_new_one_begins_with_Ignore()
    {
        string[] values = ["--set", "matchConditions.enabled=false,backstop.enabled=false,replicas=1"];
        await using var edits = OrdinaryEdits.Begin(cluster);
        await cluster.Kubectl.OkAsync("apply", "-f", Repository.File("deploy", "base", "namespace.yaml"));

        // No image: the installation fails, and holds nobody up.
        var failed = await cluster.HelmAsync(["install", .. Release, .. values, "--set", NoImage, "--timeout", "5s"]);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Equal("Ignore", await cluster.PolicyAsync());

        // Repaired as documented; then a rollback to what began with Ignore.
        (await cluster.HelmAsync(["upgrade", .. Release, .. values])).Ok();
        Assert.Equal("Fail", await cluster.PolicyAsync());
        (await cluster.HelmAsync("rollback", "guard", "2", "-n", InstalledCluster.Namespace, "--force-conflicts")).Ok();
        Assert.Equal("Fail", await cluster.PolicyAsync());
        await cluster.TheGuardDecidesAsync();
        await edits.WereAllAdmittedAsync();

        // With nobody home, an upgrade lowers nothing, and needs nobody.
        await NoReplicaRunsAsync();
        (await cluster.HelmAsync(["upgrade", .. Release, "--reset-then-reuse-values", "--set", NoImage])).Ok();
        Assert.Equal("Fail", await cluster.PolicyAsync());
        await cluster.EditsPassAsync(pass: false);
        // Restored after an emergency.
        await cluster.UnregisterAsync();
        (await cluster.HelmAsync(["upgrade", .. Release, "--reset-then-reuse-values", "--set", "image.repository=admissionguard"])).Ok();
        Assert.Equal("Fail", await cluster.PolicyAsync());

        (await cluster.HelmAsync("uninstall", "guard", "-n", InstalledCluster.Namespace)).Ok();
        await LeavesNothingAsync();
    }

    private async Task NoReplicaRunsAsync()
    {
        await cluster.Kubectl.OkAsync("-n", InstalledCluster.Namespace, "scale", "deployment", "admissionguard", "--replicas=0");
        await cluster.PodsAreAdmittedAsync(0);
    }

    private async Task LeavesNothingAsync()
    {
        await cluster.EditsPassAsync(pass: true);
        await cluster.Kubectl.OkAsync("delete", "namespace", InstalledCluster.Namespace, "--wait=false");
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
    }
}
