using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>The commands of <c>deploy/README.md</c>, as they stand there, one block after the other.</summary>
[Collection(nameof(BareCluster))]
public sealed partial class InstallationTests(BareCluster cluster) : IAsyncDisposable
{
    // There are no nodes here, and so no pods to wait for or to read from.
    private static readonly string[] NeedNodes = ["rollout status", " logs "];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly List<string> _blocks =
        [.. ShellBlock().Matches(File.ReadAllText(Repository.File("deploy", "README.md"))).Select(block => block.Groups[1].Value)];

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        // What the last blocks uninstall, whoever comes next needs: the roles, and no webhook without a guard.
        await cluster.Plane.Admin.OkAsync("delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "00-admissionguard", "--ignore-not-found");
        await Cast.CreateAsync(cluster.Plane);
    }

    [Fact]
    public async Task Every_command_of_the_installation_s_README_does_what_it_says()
    {
        // In a folder where it leaves nothing in the working copy.
        Directory.CreateSymbolicLink(At("deploy"), Repository.File("deploy"));
        Directory.CreateSymbolicLink(At("certs-scripts"), Repository.File("certs-scripts"));
        var install = Taken("certs-scripts/make-certs.sh");

        await RunAsync(install);
        Assert.Equal([Bundle("certs/ca.crt"), Bundle("certs/ca.crt")], await BundlesAsync());
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        Assert.Equal("2", await cluster.Plane.Admin.OkAsync("-n", "admissionguard-system", "get", "deployment", "admissionguard", "-o", "jsonpath={.spec.replicas}"));

        await RunAsync(Taken("rollout restart"));
        Assert.Equal(Bundle("certs/tls.crt"), await ServedAsync());
        await RestartIsOverAsync();
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
        Assert.Empty(await BundlesAsync());
        Assert.True(await cluster.Plane.Admin.IsGoneAsync("namespace", "admissionguard-system"));
        Assert.Equal("", await cluster.Plane.Admin.OkAsync("get", "clusterrole,clusterrolebinding", "-l", "app.kubernetes.io/name=admissionguard", "-o", "name"));
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
        var lines = block.Split('\n').Where(line => !NeedNodes.Any(words => line.Contains(words, StringComparison.Ordinal)));
        return (await cluster.Plane.Admin.ShellAsync(_folder.FullName, string.Join('\n', lines))).Ok();
    }

    /// <summary>kubectl restarts nothing twice in one second; with nodes, people wait for the pods in between.</summary>
    private Task RestartIsOverAsync() => Poll.UntilAsync(
        "the second of the last restart to be over",
        TimeSpan.FromMinutes(1),
        async () => TimeProvider.System.GetUtcNow() > DateTimeOffset.Parse(
            await cluster.Plane.Admin.OkAsync("-n", "admissionguard-system", "get", "deployment", "admissionguard", "-o", "jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}"),
            CultureInfo.InvariantCulture).AddSeconds(2),
        TestContext.Current.CancellationToken);

    private async Task<string[]> BundlesAsync() =>
        (await cluster.Plane.Admin.OkAsync("get", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "-o", "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}"))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private Task<string> ServedAsync() =>
        cluster.Plane.Admin.OkAsync("-n", "admissionguard-system", "get", "secret", "admissionguard-tls", "-o", "jsonpath={.data.tls\\.crt}");

    private string Bundle(string file) => Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(At(file))));

    private string At(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
