using System.Text.RegularExpressions;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// A real <c>helm install</c>, <c>upgrade</c>, <c>rollback</c> and <c>uninstall</c>, also while nobody is home: the guard's pods don't run.
/// </summary>
[Collection(nameof(InstalledCluster))]
public sealed partial class HelmTests(InstalledCluster cluster) : IAsyncDisposable
{
    private static readonly string Chart = Repository.File("deploy", "chart");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => cluster.TidyAsync();

    [Fact]
    public async Task A_release_is_installed_upgraded_and_uninstalled_and_leaves_nothing_behind()
    {
        string[] choices = cluster.KnowsEverything ? ["--set", "flowSchema.enabled=true"] : [];
        await using var node = NodeStandIn.Start(cluster);
        // As documented: the namespace asks for the strictest Pod Security Standard, which servers from 1.23 on heed.
        await cluster.Kubectl.OkAsync("apply", "-f", Repository.File("deploy", "base", "namespace.yaml"));
        (await cluster.HelmAsync(["install", "guard", Chart, "-n", InstalledCluster.Namespace, .. choices])).Ok();
        await cluster.PodsAreAdmittedAsync(3);
        // From here on the guard itself answers nobody.
        await node.StopGuardAsync();
        await cluster.PublishAsync("Zmlyc3Q=");
        // The chart takes conditions where the API server has them, by itself.
        await cluster.EditsPassAsync(pass: cluster.Plane.Version >= new Version(1, 28));

        (await cluster.HelmAsync(
            [
                "upgrade",
                "guard",
                Chart,
                "-n",
                InstalledCluster.Namespace,
                "--reset-then-reuse-values",
                "--set",
                "replicas=4,configuration.mode=audit",
            ])).Ok();
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await cluster.PublishedAsync());
        await cluster.PodsAreAdmittedAsync(4);
        Assert.Equal(
            "mode: audit",
            await cluster.Kubectl.OkAsync(
                "-n", InstalledCluster.Namespace, "get", "configmap", "admissionguard-config", "-o", "jsonpath={.data.config\\.yaml}"));

        // The hook's pod takes the webhooks out.
        var uninstalled = await cluster.HelmAsync("uninstall", "guard", "-n", InstalledCluster.Namespace);
        var webhook = node.Results["unregister"];
        Assert.True(uninstalled.ExitCode == 0, uninstalled.Error + uninstalled.Output + webhook.Output + webhook.Error);
        Assert.Contains(
            "validatingwebhookconfiguration.admissionregistration.k8s.io \"00-admissionguard\" deleted",
            webhook.Output,
            StringComparison.Ordinal);
        await cluster.EditsPassAsync(pass: true);

        await cluster.Kubectl.OkAsync("delete", "namespace", InstalledCluster.Namespace, "--wait=false");
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
    }

    [Fact]
    public async Task Without_conditions_an_installation_ends_with_Fail_and_nothing_but_a_new_one_begins_with_Ignore()
    {
        string[] release = ["guard", Chart, "-n", InstalledCluster.Namespace];
        string[] values = ["--set", "matchConditions.enabled=false,backstop.enabled=false"];
        await using var node = NodeStandIn.Start(cluster, runsGuard: false);
        await using var edits = OrdinaryEdits.Begin(cluster);
        await cluster.Kubectl.OkAsync("apply", "-f", Repository.File("deploy", "base", "namespace.yaml"));

        // No image, say: the installation fails, and holds nobody up.
        var failed = await cluster.HelmAsync(["install", .. release, .. values, "--timeout", "5s"]);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Equal("Ignore", await PolicyAsync());

        // Repaired as documented; the first revision is a failed one.
        node.RunsGuard = true;
        (await cluster.HelmAsync(["upgrade", .. release, .. values])).Ok();
        Assert.Equal("Fail", await PolicyAsync());
        Assert.Contains("now has failurePolicy Fail", node.Results["register"].Output, StringComparison.Ordinal);

        // A rollback to what began with Ignore.
        (await cluster.HelmAsync("rollback", "guard", "2", "-n", InstalledCluster.Namespace, "--force-conflicts")).Ok();
        Assert.Equal("Fail", await PolicyAsync());
        await edits.WereAllAdmittedAsync();

        // With nobody home, an upgrade lowers nothing, and needs nobody.
        await node.StopGuardAsync();
        (await cluster.HelmAsync(["upgrade", .. release, "--reset-then-reuse-values", "--set", "replicas=2"])).Ok();
        Assert.Equal("Fail", await PolicyAsync());
        await cluster.EditsPassAsync(pass: false);
        // Restored after an emergency.
        await cluster.UnregisterAsync();
        (await cluster.HelmAsync(["upgrade", .. release, "--reset-then-reuse-values", "--set", "replicas=3"])).Ok();
        Assert.Equal("Fail", await PolicyAsync());

        (await cluster.HelmAsync("uninstall", "guard", "-n", InstalledCluster.Namespace)).Ok();
        await cluster.Kubectl.OkAsync("delete", "namespace", InstalledCluster.Namespace, "--wait=false");
        await cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await cluster.RemainsAsync());
    }

    [Fact]
    public async Task In_another_namespace_the_pods_know_it_and_the_doctor_sees_that_they_do()
    {
        const string Guards = "guards";
        // Of the stored pods: no one runs them, and the API server has put the service account's volume in.
        const string Line = $"ok system-namespaces: {Guards} is in no tenant; the validator is called for {Guards} and capsule-system; "
            + $"the guard protects {Guards} as its own";
        await cluster.Kubectl.OkAsync("create", "namespace", Guards);
        try
        {
            (await cluster.HelmAsync("install", "guard", Chart, "-n", Guards, "--set", "webhooks.failurePolicy=Fail")).Ok();

            DoctorAnswer answer = null!;
            await Poll.UntilAsync(
                "the doctor's line",
                TimeSpan.FromMinutes(2),
                async () => (answer = await DoctorAnswer.OfAsync(cluster.Kubectl.Kubeconfig, new DoctorOptions { Namespace = Guards }))
                    .Lines.Contains(Line, StringComparer.Ordinal),
                Cancellation);

            Assert.Contains(
                $"ok guard-rights: system:serviceaccount:{Guards}:admissionguard has all permissions that it needs", answer.Lines);
        }
        finally
        {
            await cluster.TidyAsync();
            await cluster.HelmAsync("uninstall", "guard", "-n", Guards, "--no-hooks");
            await cluster.Kubectl.OkAsync("delete", "namespace", Guards, "--wait=false");
            await cluster.IsGoneAsync(Guards);
        }
    }

    [Fact]
    public async Task Unregistering_takes_both_configurations_out_and_is_content_where_there_are_none()
    {
        await cluster.Kubectl.OkAsync("apply", "-f", Repository.File("deploy", "base", "webhooks.yaml"));
        await cluster.EditsPassAsync(pass: false);
        string[] unregister = ["unregister", "--kubeconfig", cluster.Kubectl.Kubeconfig];

        var refused = await Program.RunAsync(["unregister", "--kubeconfig", cluster.Plane.KubectlAs("alice").Kubeconfig], Cancellation);
        var other = await Program.RunAsync([.. unregister, "--webhooks", "another"], Cancellation);
        await cluster.EditsPassAsync(pass: false);
        var first = await Program.RunAsync(unregister, Cancellation);
        await cluster.EditsPassAsync(pass: true);
        var second = await Program.RunAsync(unregister, Cancellation);

        const string Mutating = "mutatingwebhookconfiguration.admissionregistration.k8s.io \"00-admissionguard\"";
        const string Validating = "validatingwebhookconfiguration.admissionregistration.k8s.io \"00-admissionguard\"";
        Assert.Equal(
            (1, "", $"Error: {Mutating}: permission denied (403)\nError: {Validating}: permission denied (403)\n"),
            (refused.ExitCode, refused.Output, refused.Error));
        Assert.Equal(
            (0, $"{Mutating} not found\n{Validating} not found\n".Replace("00-admissionguard", "another", StringComparison.Ordinal)),
            (other.ExitCode, other.Output));
        Assert.Equal((0, $"{Mutating} deleted\n{Validating} deleted\n", ""), (first.ExitCode, first.Output, first.Error));
        Assert.Equal((0, $"{Mutating} not found\n{Validating} not found\n", ""), (second.ExitCode, second.Output, second.Error));
    }

    [Fact]
    public async Task Unregistering_tells_a_cluster_that_can_not_be_reached_from_what_was_mistyped()
    {
        var away = Path.Combine(cluster.Plane.Folder, "away.kubeconfig");
        await File.WriteAllTextAsync(
            away, Port().Replace(await File.ReadAllTextAsync(cluster.Kubectl.Kubeconfig, Cancellation), "127.0.0.1:1"), Cancellation);

        var unreachable = await Program.RunAsync(["unregister", "--kubeconfig", away], Cancellation);
        var noFile = await Program.RunAsync(["unregister", "--kubeconfig", "/no/such/file"], Cancellation);
        var noName = await Program.RunAsync(["unregister", "--webhooks", "../tenants/oil"], Cancellation);

        Assert.Equal(3, unreachable.ExitCode);
        Assert.Contains("connection refused", unreachable.Error, StringComparison.Ordinal);
        Assert.Equal(2, noFile.ExitCode);
        Assert.Equal(
            (2, "Error: --webhooks: '../tenants/oil' is not a valid name of a webhook configuration\nSee 'admissionguard unregister --help' for usage.\n"),
            (noName.ExitCode, noName.Error));
    }

    private Task<string> PolicyAsync() => cluster.Kubectl.OkAsync(
        "get", "validatingwebhookconfiguration", "00-admissionguard", "-o", "jsonpath={.webhooks[*].failurePolicy}");

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();
}
