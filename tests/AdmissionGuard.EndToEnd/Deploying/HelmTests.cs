using System.Text.RegularExpressions;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>A real <c>helm install</c> into another namespace, and <c>admissionguard unregister</c>; nothing of it runs.</summary>
[Collection(nameof(InstalledCluster))]
public sealed partial class HelmTests(InstalledCluster cluster) : IAsyncDisposable
{
    private static readonly string Chart = Repository.File("deploy", "chart");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => cluster.TidyAsync();

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

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();
}
