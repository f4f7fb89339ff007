using System.Text;
using System.Text.RegularExpressions;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// The commands of <c>deploy/docs/installing.md</c> and <c>operations.md</c>, as they stand there: each way in, and out again.
/// </summary>
[Collection(nameof(InstalledCluster))]
public sealed partial class InstallationTests : IAsyncDisposable
{
    private static readonly string[] Pages = ["installing.md", "operations.md"];

    // There are no nodes here, and so no pods to wait for or to read from.
    private static readonly string[] NeedNodes = ["rollout status", " logs "];

    // Older API servers lack some of the kinds: from what is applied these are taken out, and all else is done as written.
    private const string OfKnownKinds = """
        #!/bin/bash
        set -euo pipefail
        real=$(dirname "$0")/real/kubectl
        known() {
          awk -v RS='\n---\n' -v served=" $("$real" api-versions | tr '\n' ' ')" '
            { version = $0; sub(/^(.*\n)?apiVersion: /, "", version); sub(/\n.*/, "", version) }
            index(served, " " version " ") { print "---\n" $0 }'
        }
        case " $* " in
          *' -k '*)
            arguments=() folder=
            while (($# > 0)); do
              if [[ $1 == -k ]]; then folder=$2; shift 2; else arguments+=("$1"); shift; fi
            done
            "$real" kustomize "$folder" | known | "$real" "${arguments[@]}" -f -
            ;;
          ' apply -f - ') known | "$real" "$@" ;;
          *) exec "$real" "$@" ;;
        esac
        """;

    private readonly InstalledCluster _cluster;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly List<string> _blocks =
        [.. Pages.SelectMany(page => ShellBlock().Matches(File.ReadAllText(Document(page)))).Select(block => block.Groups[1].Value)];

    public InstallationTests(InstalledCluster cluster)
    {
        _cluster = cluster;
        // A folder where the commands leave nothing in the working copy.
        Directory.CreateSymbolicLink(At("deploy"), Repository.File("deploy"));
        Directory.CreateSymbolicLink(At("certs-scripts"), Repository.File("certs-scripts"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _cluster.TidyAsync();
    }

    [Fact]
    public async Task By_hand_with_certificates_of_one_s_own()
    {
        var install = Taken("# 1. A certificate authority");
        await RunAsync(install);
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        Assert.Equal("2", await ReplicasAsync());

        await RunAsync(Taken("overlays/files"));
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());
        Assert.Equal("3", await ReplicasAsync());

        var renewal = Taken("certs-scripts/make-certs.sh\nkubectl");
        await RunAsync(renewal);
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        var old = Bundle("certs/ca.crt");
        await RunAsync(Taken("--live"));
        Assert.NotEqual(old, Bundle("certs/ca.crt"));
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());

        // The next renewal, which is due at once, is signed by what is published.
        File.Delete(At("certs/tls.crt"));
        await RunAsync(renewal);
        await RunAsync("openssl verify -CAfile certs/ca.crt certs/tls.crt");
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());

        Assert.Equal("yes\nyes", string.Join('\n', (await RunAsync(Taken("can-i"))).Split('\n')[^2..]));

        await RunAsync(Taken("get pods"));
        await RunAsync(Taken("delete validatingwebhookconfiguration"));
        Assert.Empty(await BundlesAsync());
        await RunAsync(install[install.IndexOf("# 4.", StringComparison.Ordinal)..]);
        Assert.Equal(2, (await BundlesAsync()).Length);

        await RunAsync(Taken("delete -f deploy/base/webhooks.yaml"));
        await RunAsync(Taken("delete clusterrolebinding"));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Kustomize()
    {
        await _cluster.Kubectl.OkAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "Deploying", "cert-manager-crds.yaml"));
        await Poll.UntilAsync(
            "cert-manager's resources",
            TimeSpan.FromMinutes(1),
            async () => (await _cluster.Kubectl.RunAsync("get", "certificates.cert-manager.io")).ExitCode == 0,
            Cancellation);
        var (selfManaged, certManager, uninstall) = (Taken(
            "apply -k deploy/overlays/self-managed"), Taken("apply -k deploy/overlays/cert-manager"), Taken("delete -k"));
        var complete = Taken("apply -k deploy/overlays/complete");

        await RunAsync(_cluster.KnowsEverything ? complete : selfManaged);
        Assert.Equal("3", await ReplicasAsync());
        await RunAsync(uninstall.Replace("self-managed", _cluster.KnowsEverything ? "complete" : "self-managed", StringComparison.Ordinal));
        await NothingIsLeftAsync();

        await RunAsync(selfManaged);
        Assert.DoesNotContain("kind:", await RunAsync(Taken("diff -k")), StringComparison.Ordinal);
        await RunAsync(Taken("self-managed/rbac.yaml"));
        Assert.DoesNotContain("admissionguard-certificates", await _cluster.RemainsAsync(), StringComparison.Ordinal);

        await RunAsync(certManager);
        Assert.Equal(
            "admissionguard-ca\nadmissionguard-serving",
            await _cluster.Kubectl.OkAsync(
                "-n",
                InstalledCluster.Namespace,
                "get",
                "certificates.cert-manager.io",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        Assert.Equal(
            "admissionguard-system/admissionguard-serving admissionguard-system/admissionguard-serving",
            await _cluster.Kubectl.OkAsync(
                "get",
                "mutatingwebhookconfiguration,validatingwebhookconfiguration",
                "-o",
                "jsonpath={.items[*].metadata.annotations.cert-manager\\.io/inject-ca-from}"));
        await RunAsync(Taken("cert-manager/certificates.yaml"));
        Assert.DoesNotContain("cert-manager", await _cluster.RemainsAsync(), StringComparison.Ordinal);

        await RunAsync(selfManaged);
        Assert.Equal(
            "Opaque",
            await _cluster.Kubectl.OkAsync(
                "-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.type}"));
        await RunAsync(uninstall);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task An_overlay_of_one_s_own_keeps_its_configuration_when_it_is_applied_again()
    {
        Directory.CreateDirectory(At("mine/admissionguard"));
        Directory.CreateSymbolicLink(At("mine/admissionguard/deploy"), Repository.File("deploy"));
        var overlay = YamlBlock()
            .Matches(await File.ReadAllTextAsync(Document("installing.md"), Cancellation))
            .First(block => block.Value.Contains("kind: Kustomization", StringComparison.Ordinal));
        await File.WriteAllTextAsync(At("mine/kustomization.yaml"), overlay.Groups[1].Value, Cancellation);
        await File.WriteAllTextAsync(At("mine/config.yaml"), "mode: audit\n", Cancellation);
        var manifest = await (await ClientTools.FindAsync()).KustomizeAsync(At("mine"));

        await _cluster.ApplyAsync(manifest);
        Assert.Equal("mode: audit", await ConfigurationAsync());
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
        Assert.Equal("mode: audit", await ConfigurationAsync());

        await RemoveAsync(manifest);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm()
    {
        await RunAsync(Taken("helm install"));
        await _cluster.PublishAsync("Zmlyc3Q=");
        await RunAsync(Taken("--set image.tag=0.1.0"));
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await _cluster.PublishedAsync());

        var webhook = new Kubelet(_cluster).RunOneAsync(Cancellation);
        await RunAsync(Taken("helm uninstall"));
        Assert.Equal(0, (await webhook).ExitCode);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm_and_certificates_of_one_s_own()
    {
        const string Files = " --set certificates.source=files --set-file certificates.caBundle=certs/ca.crt";
        await RunAsync(
            "certs-scripts/make-certs.sh && certs-scripts/make-certs.sh --dir certs-new && cat certs/ca.crt certs-new/ca.crt >both.crt");
        await RunAsync(
            Taken("helm install").Replace(
                "--namespace admissionguard-system", $"--namespace {InstalledCluster.Namespace}{Files}", StringComparison.Ordinal));
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());

        var change = Taken("certificates.caBundle=both.crt");
        await RunAsync(change);
        Assert.Equal([Bundle("both.crt"), Bundle("both.crt")], await BundlesAsync());
        await RunAsync(change.Replace("both.crt", "certs-new/ca.crt", StringComparison.Ordinal));
        Assert.Equal([Bundle("certs-new/ca.crt"), Bundle("certs-new/ca.crt")], await BundlesAsync());

        await RunAsync("certs-scripts/set-ca-bundle.sh --ca both.crt --live");
        var refused = await _cluster.Kubectl.ShellAsync(
            _folder.FullName, change.Replace("both.crt", "certs/ca.crt", StringComparison.Ordinal));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("conflict", refused.Error, StringComparison.Ordinal);

        var webhook = new Kubelet(_cluster).RunOneAsync(Cancellation);
        await RunAsync(Taken("helm uninstall"));
        Assert.Equal(0, (await webhook).ExitCode);
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm_rendering_and_kubectl_applying()
    {
        var rendering = Taken("helm template");
        await RunAsync(rendering);
        Assert.Equal("3", await ReplicasAsync());
        Assert.Equal(
            2,
            (await _cluster.Kubectl.OkAsync("get", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "-o", "name")).Split(
                '\n').Length);
        Assert.DoesNotContain("admissionguard-unregister", await _cluster.RemainsAsync(), StringComparison.Ordinal);
        await RunAsync(rendering);

        await RemoveAsync(await File.ReadAllTextAsync(Repository.File("deploy", "base", "namespace.yaml"), Cancellation));
        await RunAsync("kubectl delete clusterrole,clusterrolebinding -l app.kubernetes.io/name=admissionguard");
        await NothingIsLeftAsync();
    }

    [Fact]
    public void Every_command_is_run_by_one_of_these()
    {
        string[] run =
        [
            "# 1. A certificate authority",
            "overlays/files",
            "certs-scripts/make-certs.sh\nkubectl",
            "--live",
            "can-i",
            "get pods",
            "delete validatingwebhookconfiguration",
            "delete -f deploy/base/webhooks.yaml",
            "delete clusterrolebinding",
            "apply -k deploy/overlays/complete",
            "apply -k deploy/overlays/self-managed",
            "delete -k",
            "diff -k",
            "apply -k deploy/overlays/cert-manager",
            "self-managed/rbac.yaml",
            "cert-manager/certificates.yaml",
            "helm install",
            "helm template",
            "certificates.caBundle=both.crt",
            "--set image.tag=0.1.0",
            "helm uninstall",
        ];

        Assert.All(run, words => Taken(words));
        Assert.Empty(_blocks);
    }

    private static string Document(string page) => Repository.File("deploy", "docs", page);

    private string Taken(string words)
    {
        var block = _blocks.First(block => block.Contains(words, StringComparison.Ordinal));
        _blocks.Remove(block);
        return block;
    }

    private async Task<string> RunAsync(string block)
    {
        var lines = block.Split('\n').Where(line => !NeedNodes.Any(words => line.Contains(words, StringComparison.Ordinal))).ToList();
        if (!_cluster.KnowsEverything)
        {
            Directory.CreateDirectory(At("bin"));
            await File.WriteAllTextAsync(At("bin/kubectl"), OfKnownKinds, Cancellation);
            File.SetUnixFileMode(At("bin/kubectl"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (!Directory.Exists(At("bin/real")))
            {
                Directory.CreateSymbolicLink(At("bin/real"), (await ClientTools.FindAsync()).Folder);
            }

            lines.Insert(0, "PATH=$PWD/bin:$PATH");
        }

        return (await _cluster.Kubectl.ShellAsync(_folder.FullName, string.Join('\n', lines))).Ok();
    }

    /// <summary>Takes out what a manifest has put in, the webhooks first.</summary>
    private async Task RemoveAsync(string manifest)
    {
        await _cluster.Kubectl.OkAsync("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "00-admissionguard");
        (await _cluster.Kubectl.WithInputAsync(_cluster.Known(manifest), "delete", "--ignore-not-found", "--wait=false", "-f", "-")).Ok();
    }

    private async Task NothingIsLeftAsync()
    {
        await _cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await _cluster.RemainsAsync());
        await _cluster.EditsPassAsync(pass: true);
    }

    private async Task<string[]> BundlesAsync() =>
        (await _cluster.Kubectl.OkAsync(
            "get",
            "mutatingwebhookconfiguration,validatingwebhookconfiguration",
            "-o",
            "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> ServedAsync() =>
        _cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.data.tls\\.crt}");

    private Task<string> ConfigurationAsync() =>
        _cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "configmap", "admissionguard-config", "-o", "jsonpath={.data.config\\.yaml}");

    private Task<string> ReplicasAsync() =>
        _cluster.Kubectl.OkAsync(
            "-n", InstalledCluster.Namespace, "get", "deployment", "admissionguard", "-o", "jsonpath={.spec.replicas}");

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(At(file))));

    private string At(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
