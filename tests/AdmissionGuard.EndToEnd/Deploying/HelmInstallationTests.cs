using System.Text;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The commands of <c>deploy/docs/installing.md</c> with Helm, as they are printed.</summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class HelmInstallationTests(ClusterWithNodes cluster) : PrintedInstallation(cluster)
{
    [Fact]
    public async Task With_Helm()
    {
        await Printed.RunAsync(Printed.Taken("helm install"));
        Assert.Equal("Fail", await Cluster.PolicyAsync());
        await Cluster.TheGuardDecidesAsync();
        var published = await Cluster.PublishedAsync();
        Assert.DoesNotContain("admissionguard-register", await Cluster.RemainsAsync(), StringComparison.Ordinal);

        await Printed.RunAsync(Printed.Taken("--set image.tag=0.1.0"));
        Assert.Equal((published, "Fail"), (await Cluster.PublishedAsync(), await Cluster.PolicyAsync()));
        await Cluster.TheGuardDecidesAsync();

        await Printed.RunAsync(Printed.Taken("helm uninstall"));
        await Cluster.NothingIsLeftAsync();
        await Edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task With_Helm_and_certificates_of_one_s_own()
    {
        await Printed.RunAsync(Printed.Taken("certs-scripts/make-certs.sh\nkubectl apply"));
        await Printed.RunAsync("certs-scripts/make-certs.sh --dir certs-new && cat certs/ca.crt certs-new/ca.crt >both.crt");
        await Printed.RunAsync(
            Printed.Taken("helm install").Replace(
                "image.tag=0.1.0",
                "image.tag=0.1.0 --set certificates.source=files --set-file certificates.caBundle=certs/ca.crt",
                StringComparison.Ordinal));
        await Cluster.TheGuardDecidesAsync();
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await Cluster.BundlesAsync());

        var change = Printed.Taken("certificates.caBundle=both.crt");
        await Printed.RunAsync(change);
        Assert.Equal([Bundle("both.crt"), Bundle("both.crt")], await Cluster.BundlesAsync());
        await Cluster.TheGuardDecidesAsync();
        await Printed.RunAsync(change.Replace("both.crt", "certs-new/ca.crt", StringComparison.Ordinal));
        Assert.Equal([Bundle("certs-new/ca.crt"), Bundle("certs-new/ca.crt")], await Cluster.BundlesAsync());

        await Printed.RunAsync("certs-scripts/set-ca-bundle.sh --ca both.crt --live");
        var refused = await Printed.TryAsync(change.Replace("both.crt", "certs/ca.crt", StringComparison.Ordinal));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("conflict", refused.Error, StringComparison.Ordinal);

        await Printed.RunAsync(Printed.Taken("helm uninstall"));
        await Cluster.NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm_rendering_and_kubectl_applying()
    {
        var rendering = Printed.Taken("helm template");
        if (!KnowsConditions)
        {
            await Printed.RunAsync(
                rendering.Replace("--no-hooks", "--no-hooks --set webhooks.failurePolicy=Ignore", StringComparison.Ordinal));
            Assert.Equal("Ignore", await Cluster.PolicyAsync());
        }

        await Printed.RunAsync(rendering);
        Assert.Equal(("3", "Fail"), (await Cluster.ReplicasAsync(), await Cluster.PolicyAsync()));
        Assert.DoesNotContain("admissionguard-unregister", await Cluster.RemainsAsync(), StringComparison.Ordinal);
        await Cluster.TheGuardDecidesAsync();
        await Printed.RunAsync(rendering);
        Assert.Equal("Fail", await Cluster.PolicyAsync());

        await Cluster.RemoveAsync(await File.ReadAllTextAsync(Repository.File("deploy", "base", "namespace.yaml"), Cancellation));
        await Printed.RunAsync("kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/name=admissionguard");
        if (Cluster.KnowsEverything)
        {
            await Printed.RunAsync(
                "kubectl delete validatingadmissionpolicy,validatingadmissionpolicybinding -l app.kubernetes.io/name=admissionguard");
        }

        await Cluster.NothingIsLeftAsync();
        await Edits.WereAllAdmittedAsync();
    }

    private bool KnowsConditions => Cluster.Plane.Version >= new Version(1, 28);

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(Printed.At(file))));
}
