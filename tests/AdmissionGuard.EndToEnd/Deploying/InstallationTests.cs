using System.Text;
using System.Text.RegularExpressions;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The commands of <c>deploy/README.md</c>, as they stand there: each way in, and out again.</summary>
[Collection(nameof(InstalledCluster))]
public sealed partial class InstallationTests : IAsyncDisposable
{
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
        [.. ShellBlock().Matches(File.ReadAllText(Repository.File("deploy", "README.md"))).Select(block => block.Groups[1].Value)];

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

        await RunAsync(Taken("certs-scripts/make-certs.sh\nkubectl"));
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        await RunAsync(Taken("--live"));
        Assert.Equal([Bundle("certs-new/ca.crt"), Bundle("certs-new/ca.crt")], await BundlesAsync());
        Assert.Equal(Bundle("certs-new/tls.crt"), await ServedAsync());

        Assert.Equal("yes\nyes", string.Join('\n', (await RunAsync(Taken("can-i"))).Split('\n')[^2..]));

        await RunAsync(Taken("get pods"));
        await RunAsync(Taken("delete validatingwebhookconfiguration"));
        Assert.Single(await BundlesAsync());
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
        await Poll.UntilAsync("cert-manager's resources", TimeSpan.FromMinutes(1), async () => (await _cluster.Kubectl.RunAsync("get", "certificates.cert-manager.io")).ExitCode == 0, Cancellation);
        var (selfManaged, uninstall) = (Taken("apply -k deploy/overlays/self-managed"), Taken("delete -k"));

        await RunAsync(selfManaged);
        Assert.Equal("3", await ReplicasAsync());
        Assert.DoesNotContain("kind:", await RunAsync(Taken("diff -k")), StringComparison.Ordinal);
        await RunAsync(uninstall);
        await NothingIsLeftAsync();

        await RunAsync(Taken("apply -k deploy/overlays/cert-manager"));
        Assert.Equal("admissionguard-ca\nadmissionguard-serving", await _cluster.Kubectl.OkAsync("-n", InstalledCluster.Namespace, "get", "certificates.cert-manager.io", "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}"));
        Assert.Equal(
            "admissionguard-system/admissionguard-serving admissionguard-system/admissionguard-serving",
            await _cluster.Kubectl.OkAsync("get", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "-o", "jsonpath={.items[*].metadata.annotations.cert-manager\\.io/inject-ca-from}"));
        await RunAsync(uninstall.Replace("self-managed", "cert-manager", StringComparison.Ordinal));
        await NothingIsLeftAsync();
    }

    [Fact]
    public async Task With_Helm()
    {
        await RunAsync(Taken("helm install"));
        await _cluster.PublishAsync("Zmlyc3Q=");
        await RunAsync(Taken("helm upgrade"));
        Assert.Equal("Zmlyc3Q= Zmlyc3Q= Zmlyc3Q=", await _cluster.PublishedAsync());

        var hook = new Kubelet(_cluster).RunOneAsync(Cancellation);
        await RunAsync(Taken("helm uninstall"));
        Assert.Equal(0, (await hook).ExitCode);
        await NothingIsLeftAsync();
    }

    [Fact]
    public void Every_command_is_run_by_one_of_these()
    {
        string[] run =
        [
            "# 1. A certificate authority", "overlays/files", "certs-scripts/make-certs.sh\nkubectl", "--live", "can-i", "get pods", "delete validatingwebhookconfiguration",
            "delete -f deploy/base/webhooks.yaml", "delete clusterrolebinding", "apply -k deploy/overlays/self-managed", "delete -k", "diff -k", "apply -k deploy/overlays/cert-manager",
            "helm install", "helm upgrade", "helm uninstall",
        ];

        Assert.All(run, words => Taken(words));
        Assert.Empty(_blocks);
    }

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
                Directory.CreateSymbolicLink(At("bin/real"), (await Tools.FindAsync()).Folder);
            }

            lines.Insert(0, "PATH=$PWD/bin:$PATH");
        }

        return (await _cluster.Kubectl.ShellAsync(_folder.FullName, string.Join('\n', lines))).Ok();
    }

    private async Task NothingIsLeftAsync()
    {
        await _cluster.IsGoneAsync(InstalledCluster.Namespace);
        Assert.Equal("", await _cluster.RemainsAsync());
        await _cluster.EditsPassAsync(pass: true);
    }

    private async Task<string[]> BundlesAsync() =>
        (await _cluster.Kubectl.OkAsync("get", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "-o", "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> ServedAsync() =>
        _cluster.Kubectl.OkAsync("-n", InstalledCluster.Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.data.tls\\.crt}");

    private Task<string> ReplicasAsync() =>
        _cluster.Kubectl.OkAsync("-n", InstalledCluster.Namespace, "get", "deployment", "admissionguard", "-o", "jsonpath={.spec.replicas}");

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(At(file))));

    private string At(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
