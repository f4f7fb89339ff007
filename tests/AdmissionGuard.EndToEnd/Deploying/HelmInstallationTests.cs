using System.Text;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The commands of <c>deploy/docs/installing.md</c> with Helm, as they are printed.</summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class HelmInstallationTests : IAsyncLifetime
{
    private readonly ClusterWithNodes _cluster;
    private readonly PrintedCommands _printed;
    private OrdinaryEdits _edits = null!;

    public HelmInstallationTests(ClusterWithNodes cluster)
    {
        _cluster = cluster;
        _printed = new PrintedCommands(cluster, "installing.md", "operations.md");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Others leave the cluster as they broke it.
        await _cluster.TidyAsync();
        _edits = OrdinaryEdits.Begin(_cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await _edits.DisposeAsync();
        await _cluster.TidyAsync();
        _printed.Dispose();
    }

    [Fact]
    public async Task With_Helm()
    {
        await _printed.RunAsync(_printed.Taken("helm install"));
        Assert.Equal("Fail", await _cluster.PolicyAsync());
        await _cluster.TheGuardDecidesAsync();
        var published = await _cluster.PublishedAsync();
        Assert.DoesNotContain("admissionguard-register", await _cluster.RemainsAsync(), StringComparison.Ordinal);

        await _printed.RunAsync(_printed.Taken("--set image.tag=0.1.0"));
        Assert.Equal((published, "Fail"), (await _cluster.PublishedAsync(), await _cluster.PolicyAsync()));
        await _cluster.TheGuardDecidesAsync();

        await _printed.RunAsync(_printed.Taken("helm uninstall"));
        await _cluster.NothingIsLeftAsync();
        await _edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task With_Helm_and_certificates_of_one_s_own()
    {
        await _printed.RunAsync(_printed.Taken("certs-scripts/make-certs.sh\nkubectl apply"));
        await _printed.RunAsync("certs-scripts/make-certs.sh --dir certs-new && cat certs/ca.crt certs-new/ca.crt >both.crt");
        await _printed.RunAsync(
            _printed.Taken("helm install").Replace(
                "image.tag=0.1.0",
                "image.tag=0.1.0 --set certificates.source=files --set-file certificates.caBundle=certs/ca.crt",
                StringComparison.Ordinal));
        await _cluster.TheGuardDecidesAsync();
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await _cluster.BundlesAsync());

        var change = _printed.Taken("certificates.caBundle=both.crt");
        await _printed.RunAsync(change);
        Assert.Equal([Bundle("both.crt"), Bundle("both.crt")], await _cluster.BundlesAsync());
        await _cluster.TheGuardDecidesAsync();
        await _printed.RunAsync(change.Replace("both.crt", "certs-new/ca.crt", StringComparison.Ordinal));
        Assert.Equal([Bundle("certs-new/ca.crt"), Bundle("certs-new/ca.crt")], await _cluster.BundlesAsync());

        await _printed.RunAsync("certs-scripts/set-ca-bundle.sh --ca both.crt --live");
        var refused = await _printed.TryAsync(change.Replace("both.crt", "certs/ca.crt", StringComparison.Ordinal));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("conflict", refused.Error, StringComparison.Ordinal);

        await _printed.RunAsync(_printed.Taken("helm uninstall"));
        await _cluster.NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm_rendering_and_kubectl_applying()
    {
        var rendering = _printed.Taken("helm template");
        if (!KnowsConditions)
        {
            await _printed.RunAsync(
                rendering.Replace("--no-hooks", "--no-hooks --set webhooks.failurePolicy=Ignore", StringComparison.Ordinal));
            Assert.Equal("Ignore", await _cluster.PolicyAsync());
        }

        await _printed.RunAsync(rendering);
        Assert.Equal(("3", "Fail"), (await _cluster.ReplicasAsync(), await _cluster.PolicyAsync()));
        Assert.DoesNotContain("admissionguard-unregister", await _cluster.RemainsAsync(), StringComparison.Ordinal);
        await _cluster.TheGuardDecidesAsync();
        await _printed.RunAsync(rendering);
        Assert.Equal("Fail", await _cluster.PolicyAsync());

        await _cluster.RemoveAsync(await File.ReadAllTextAsync(Repository.File("deploy", "base", "namespace.yaml"), Cancellation));
        await _printed.RunAsync("kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/name=admissionguard");
        if (_cluster.KnowsEverything)
        {
            await _printed.RunAsync(
                "kubectl delete validatingadmissionpolicy,validatingadmissionpolicybinding -l app.kubernetes.io/name=admissionguard");
        }

        await _cluster.NothingIsLeftAsync();
        await _edits.WereAllAdmittedAsync();
    }

    private bool KnowsConditions => _cluster.Plane.Version >= new Version(1, 28);

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(_printed.At(file))));
}
