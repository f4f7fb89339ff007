using System.Text;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// The commands of <c>deploy/docs/installing.md</c> and <c>operations.md</c>, as they are printed: each way in, and out again.
/// </summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class InstallationTests(ClusterWithNodes cluster) : PrintedInstallation(cluster)
{
    /// <summary>In the commands of this version of Kubernetes.</summary>
    private string Overlay => Cluster.KnowsEverything ? "overlays/self-managed-1.30" : "overlays/self-managed\n";

    [Theory]
    [InlineData("self-managed")]
    [InlineData("cert-manager")]
    [InlineData("files")]
    public async Task With_Kustomize_in_the_steps_of_this_version_of_Kubernetes(string source)
    {
        await PrepareAsync(source);
        var certManager = source == "cert-manager"
            ? CertManagerStandIn.RunAsync(Cluster, Printed.Folder, Cancellation)
            : Task.CompletedTask;

        await Printed.RunAsync(Printed.Of(source, Printed.Taken(Overlay)));
        await certManager;
        await Cluster.TheGuardDecidesAsync();
        Assert.Equal("3", await Cluster.ReplicasAsync());
        Assert.Equal("registry.example.com/platform/admissionguard:0.1.0", await Cluster.ImageAsync());
        var published = await Cluster.PublishedAsync();
        Assert.DoesNotContain("", published.Split(' '));

        // What is edited in the overlay is kept when the next version is applied.
        Assert.DoesNotContain("kind:", await Printed.RunAsync(Printed.Of(source, Printed.Taken("diff -k"))), StringComparison.Ordinal);
        await ConfigureAsync("mode: audit\n");
        await Printed.RunAsync(Printed.Of(source, Printed.TakenFrom("kubectl apply -k guard\n")));
        Assert.Equal(("mode: audit", published), (await Cluster.ConfigurationAsync(), await Cluster.PublishedAsync()));
        await Cluster.TheGuardDecidesAsync();

        await Printed.RunAsync(Printed.Taken("delete -k"));
        await Cluster.NothingIsLeftAsync();
        await Edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task By_hand_with_certificates_of_one_s_own()
    {
        var install = Printed.Taken("# 1. A certificate authority");
        await Printed.RunAsync(install);
        await Cluster.TheGuardDecidesAsync();
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await Cluster.BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await Cluster.ServedAsync());
        Assert.Equal("2", await Cluster.ReplicasAsync());

        var renewal = Printed.Taken("certs-scripts/make-certs.sh\nkubectl -n");
        await Printed.RunAsync(renewal);
        Assert.Equal(Bundle("certs/tls.crt"), await Cluster.ServedAsync());
        var old = Bundle("certs/ca.crt");
        await Printed.RunAsync(Printed.Taken("--live"));
        Assert.NotEqual(old, Bundle("certs/ca.crt"));
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await Cluster.BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await Cluster.ServedAsync());

        // The next renewal, which is due at once, is signed by what is published.
        File.Delete(Printed.At("certs/tls.crt"));
        await Printed.RunAsync(renewal);
        await Printed.RunAsync("openssl verify -CAfile certs/ca.crt certs/tls.crt");
        Assert.Equal(Bundle("certs/tls.crt"), await Cluster.ServedAsync());
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await Cluster.BundlesAsync());

        Assert.Equal("yes\nyes", string.Join('\n', (await Printed.RunAsync(Printed.Taken("can-i"))).Split('\n')[^2..]));

        await Printed.RunAsync(Printed.Taken("get pods"));
        await Printed.RunAsync(Printed.Taken("delete validatingwebhookconfiguration"));
        Assert.Empty(await Cluster.BundlesAsync());
        await Printed.RunAsync(install[install.IndexOf("# 4.", StringComparison.Ordinal)..]);
        await Cluster.TheGuardDecidesAsync();

        await Printed.RunAsync(Printed.Taken("delete -f deploy/base/webhooks.yaml"));
        await Printed.RunAsync(Printed.Taken("delete clusterrolebinding"));
        await Cluster.NothingIsLeftAsync();
        await Edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task From_one_source_of_certificates_to_another()
    {
        await PrepareAsync("cert-manager");
        var (install, uninstall) = (Printed.Taken(Overlay), Printed.Taken("delete -k"));

        await Printed.RunAsync(install);
        await Printed.RunAsync(Printed.Taken("self-managed/rbac.yaml"));
        Assert.DoesNotContain("admissionguard-certificates", await Cluster.RemainsAsync(), StringComparison.Ordinal);

        var certManager = CertManagerStandIn.RunAsync(Cluster, Printed.Folder, Cancellation);
        await Printed.RunAsync(Printed.Of("cert-manager", install));
        await certManager;
        await Cluster.TheGuardDecidesAsync();
        await Printed.RunAsync(Printed.Taken("cert-manager/certificates.yaml"));
        Assert.DoesNotContain("cert-manager", await Cluster.RemainsAsync(), StringComparison.Ordinal);

        await Printed.RunAsync(install);
        await Cluster.TheGuardDecidesAsync();
        Assert.Equal(
            "Opaque",
            await Cluster.Kubectl.OkAsync(
                "-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.type}"));
        await Printed.RunAsync(uninstall);
        await Cluster.NothingIsLeftAsync();
        await Edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task An_overlay_of_one_s_own_keeps_its_configuration_when_it_is_applied_again()
    {
        Directory.CreateDirectory(Printed.At("mine/admissionguard"));
        Directory.CreateSymbolicLink(Printed.At("mine/admissionguard/deploy"), Repository.File("deploy"));
        Directory.CreateDirectory(Printed.At("mine/guard"));
        var overlay = await Printed.YamlAsync("installing.md", "kind: Kustomization");
        var configuration = await Printed.YamlAsync("installing.md", "reasonGiven");
        await File.WriteAllTextAsync(
            Printed.At("mine/guard/kustomization.yaml"),
            Cluster.KnowsEverything ? overlay : overlay.Replace("-1.30", "", StringComparison.Ordinal),
            Cancellation);
        await File.WriteAllTextAsync(Printed.At("mine/guard/config.yaml"), configuration, Cancellation);
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(Printed.At("mine/guard"));

        await Cluster.ApplyAsync(manifest);
        Assert.Equal(configuration.TrimEnd(), await Cluster.ConfigurationAsync());
        await Cluster.Kubectl.OkAsync(
            "-n",
            InstalledCluster.Namespace,
            "patch",
            "configmap",
            "admissionguard-config",
            "--type=merge",
            "-p",
            """{"data":{"config.yaml":"mode: warn"}}""");
        await Cluster.ApplyAsync(manifest);
        Assert.Equal(configuration.TrimEnd(), await Cluster.ConfigurationAsync());

        await Cluster.RemoveAsync(manifest);
        await Cluster.NothingIsLeftAsync();
    }

    [Fact]
    public void Every_command_is_run_by_one_of_these()
    {
        string[] run =
        [
            "# 1. A certificate authority",
            "kubectl kustomize guard",
            "certs-scripts/make-certs.sh\nkubectl apply",
            "certs-scripts/make-certs.sh\nkubectl -n",
            "--live",
            "can-i",
            "get pods",
            "delete validatingwebhookconfiguration",
            "delete -f deploy/base/webhooks.yaml",
            "delete clusterrolebinding",
            "overlays/self-managed-1.30",
            "overlays/self-managed\n",
            "kubectl apply -k guard",
            "delete -k",
            "diff -k",
            "self-managed/rbac.yaml",
            "cert-manager/certificates.yaml",
            "helm install",
            "helm template",
            "certificates.caBundle=both.crt",
            "--set image.tag=0.1.0",
            "helm uninstall",
            // For a shell of one's own; the tests of the command line run it.
            "completion bash",
        ];

        Assert.All(run, words => Printed.Taken(words));
        Assert.Empty(Printed.Left);
    }

    /// <summary>What the page asks for before the overlay of a source is applied.</summary>
    private async Task PrepareAsync(string source)
    {
        switch (source)
        {
            case "files":
                await Printed.RunAsync(Printed.Taken("certs-scripts/make-certs.sh\nkubectl apply"));
                break;
            case "cert-manager":
                await Cluster.Kubectl.OkAsync(
                    "apply", "-f", Path.Combine(AppContext.BaseDirectory, "Deploying", "cert-manager-crds.yaml"));
                await Poll.UntilAsync(
                    "cert-manager's resources",
                    TimeSpan.FromMinutes(1),
                    async () => (await Cluster.Kubectl.RunAsync("get", "certificates.cert-manager.io")).ExitCode == 0,
                    Cancellation);
                break;
        }
    }

    /// <summary>Puts a configuration into one's own overlay.</summary>
    private async Task ConfigureAsync(string configuration)
    {
        await File.WriteAllTextAsync(Printed.At("guard/config.yaml"), configuration, Cancellation);
        await File.AppendAllTextAsync(
            Printed.At("guard/kustomization.yaml"),
            """
            configMapGenerator:
              - name: admissionguard-config
                namespace: admissionguard-system
                behavior: replace
                files: [config.yaml]
                options: {disableNameSuffixHash: true}

            """,
            Cancellation);
    }

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(Printed.At(file))));
}
