using System.Text;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// The commands of <c>deploy/docs/installing.md</c> and <c>operations.md</c>, as they are printed: each way in, and out again.
/// </summary>
[Collection(nameof(ClusterWithNodes))]
public sealed class InstallationTests : IAsyncLifetime
{
    private readonly ClusterWithNodes _cluster;
    private readonly PrintedCommands _printed;
    private OrdinaryEdits _edits = null!;

    public InstallationTests(ClusterWithNodes cluster)
    {
        _cluster = cluster;
        _printed = new PrintedCommands(cluster, "installing.md", "operations.md");
    }

    /// <summary>In the commands of this version of Kubernetes.</summary>
    private string Overlay => _cluster.KnowsEverything ? "overlays/self-managed-1.30" : "overlays/self-managed\n";

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

    [Theory]
    [InlineData("self-managed")]
    [InlineData("cert-manager")]
    [InlineData("files")]
    public async Task With_Kustomize_in_the_steps_of_this_version_of_Kubernetes(string source)
    {
        await PrepareAsync(source);
        var certManager = source == "cert-manager"
            ? CertManagerStandIn.RunAsync(_cluster, _printed.Folder, Cancellation)
            : Task.CompletedTask;

        await _printed.RunAsync(_printed.Of(source, _printed.Taken(Overlay)));
        await certManager;
        await _cluster.TheGuardDecidesAsync();
        Assert.Equal("3", await _cluster.ReplicasAsync());
        Assert.Equal("registry.example.com/platform/admissionguard:0.1.0", await _cluster.ImageAsync());
        var published = await _cluster.PublishedAsync();
        Assert.DoesNotContain("", published.Split(' '));

        // What is edited in the overlay is kept when the next version is applied.
        Assert.DoesNotContain("kind:", await _printed.RunAsync(_printed.Of(source, _printed.Taken("diff -k"))), StringComparison.Ordinal);
        await ConfigureAsync("mode: audit\n");
        await _printed.RunAsync(_printed.Of(source, _printed.TakenFrom("kubectl apply -k guard\n")));
        Assert.Equal(("mode: audit", published), (await _cluster.ConfigurationAsync(), await _cluster.PublishedAsync()));
        await _cluster.TheGuardDecidesAsync();

        await _printed.RunAsync(_printed.Taken("delete -k"));
        await _cluster.NothingIsLeftAsync();
        await _edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task By_hand_with_certificates_of_one_s_own()
    {
        var install = _printed.Taken("# 1. A certificate authority");
        await _printed.RunAsync(install);
        await _cluster.TheGuardDecidesAsync();
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await _cluster.BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await _cluster.ServedAsync());
        Assert.Equal("2", await _cluster.ReplicasAsync());

        var renewal = _printed.Taken("certs-scripts/make-certs.sh\nkubectl -n");
        await _printed.RunAsync(renewal);
        Assert.Equal(Bundle("certs/tls.crt"), await _cluster.ServedAsync());
        var old = Bundle("certs/ca.crt");
        await _printed.RunAsync(_printed.Taken("--live"));
        Assert.NotEqual(old, Bundle("certs/ca.crt"));
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await _cluster.BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await _cluster.ServedAsync());

        // The next renewal, which is due at once, is signed by what is published.
        File.Delete(_printed.At("certs/tls.crt"));
        await _printed.RunAsync(renewal);
        await _printed.RunAsync("openssl verify -CAfile certs/ca.crt certs/tls.crt");
        Assert.Equal(Bundle("certs/tls.crt"), await _cluster.ServedAsync());
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await _cluster.BundlesAsync());

        Assert.Equal("yes\nyes", string.Join('\n', (await _printed.RunAsync(_printed.Taken("can-i"))).Split('\n')[^2..]));

        await _printed.RunAsync(_printed.Taken("get pods"));
        await _printed.RunAsync(_printed.Taken("delete validatingwebhookconfiguration"));
        Assert.Empty(await _cluster.BundlesAsync());
        await _printed.RunAsync(install[install.IndexOf("# 4.", StringComparison.Ordinal)..]);
        await _cluster.TheGuardDecidesAsync();

        await _printed.RunAsync(_printed.Taken("delete -f deploy/base/webhooks.yaml"));
        await _printed.RunAsync(_printed.Taken("delete clusterrolebinding"));
        await _cluster.NothingIsLeftAsync();
        await _edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task From_one_source_of_certificates_to_another()
    {
        await PrepareAsync("cert-manager");
        var (install, uninstall) = (_printed.Taken(Overlay), _printed.Taken("delete -k"));

        await _printed.RunAsync(install);
        await _printed.RunAsync(_printed.Taken("self-managed/rbac.yaml"));
        Assert.DoesNotContain("admissionguard-certificates", await _cluster.RemainsAsync(), StringComparison.Ordinal);

        var certManager = CertManagerStandIn.RunAsync(_cluster, _printed.Folder, Cancellation);
        await _printed.RunAsync(_printed.Of("cert-manager", install));
        await certManager;
        await _cluster.TheGuardDecidesAsync();
        await _printed.RunAsync(_printed.Taken("cert-manager/certificates.yaml"));
        Assert.DoesNotContain("cert-manager", await _cluster.RemainsAsync(), StringComparison.Ordinal);

        await _printed.RunAsync(install);
        await _cluster.TheGuardDecidesAsync();
        Assert.Equal(
            "Opaque",
            await _cluster.Kubectl.OkAsync(
                "-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.type}"));
        await _printed.RunAsync(uninstall);
        await _cluster.NothingIsLeftAsync();
        await _edits.WereAllAdmittedAsync();
    }

    [Fact]
    public async Task An_overlay_of_one_s_own_keeps_its_configuration_when_it_is_applied_again()
    {
        Directory.CreateDirectory(_printed.At("mine/admissionguard"));
        Directory.CreateSymbolicLink(_printed.At("mine/admissionguard/deploy"), Repository.File("deploy"));
        Directory.CreateDirectory(_printed.At("mine/guard"));
        var overlay = await _printed.YamlAsync("installing.md", "kind: Kustomization");
        var configuration = await _printed.YamlAsync("installing.md", "reasonGiven");
        await File.WriteAllTextAsync(
            _printed.At("mine/guard/kustomization.yaml"),
            _cluster.KnowsEverything ? overlay : overlay.Replace("-1.30", "", StringComparison.Ordinal),
            Cancellation);
        await File.WriteAllTextAsync(_printed.At("mine/guard/config.yaml"), configuration, Cancellation);
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(_printed.At("mine/guard"));

        await _cluster.ApplyAsync(manifest);
        Assert.Equal(configuration.TrimEnd(), await _cluster.ConfigurationAsync());
        await _cluster.Kubectl.OkAsync(
            "-n",
            InstalledCluster.Namespace,
            "patch",
            "configmap",
            "admissionguard-config",
            "--type=merge",
            "-p",
            """{"data":{"config.yaml":"mode: warn"}}""");
        await _cluster.ApplyAsync(manifest);
        Assert.Equal(configuration.TrimEnd(), await _cluster.ConfigurationAsync());

        await _cluster.RemoveAsync(manifest);
        await _cluster.NothingIsLeftAsync();
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

        Assert.All(run, words => _printed.Taken(words));
        Assert.Empty(_printed.Left);
    }

    /// <summary>What the page asks for before the overlay of a source is applied.</summary>
    private async Task PrepareAsync(string source)
    {
        switch (source)
        {
            case "files":
                await _printed.RunAsync(_printed.Taken("certs-scripts/make-certs.sh\nkubectl apply"));
                break;
            case "cert-manager":
                await _cluster.Kubectl.OkAsync(
                    "apply", "-f", Path.Combine(AppContext.BaseDirectory, "Deploying", "cert-manager-crds.yaml"));
                await Poll.UntilAsync(
                    "cert-manager's resources",
                    TimeSpan.FromMinutes(1),
                    async () => (await _cluster.Kubectl.RunAsync("get", "certificates.cert-manager.io")).ExitCode == 0,
                    Cancellation);
                break;
        }
    }

    /// <summary>Puts a configuration into one's own overlay.</summary>
    private async Task ConfigureAsync(string configuration)
    {
        await File.WriteAllTextAsync(_printed.At("guard/config.yaml"), configuration, Cancellation);
        await File.AppendAllTextAsync(
            _printed.At("guard/kustomization.yaml"),
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

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(_printed.At(file))));
}
