using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// A control plane of its own, which is installed into and uninstalled from as people do, with Helm and a current kubectl. Nothing that is
/// installed runs.
/// </summary>
public class InstalledCluster : IAsyncLifetime
{
    /// <summary>Where the guard is installed.</summary>
    public const string Namespace = "admissionguard-system";

    public ControlPlane Plane { get; private set; } = null!;

    /// <summary>The current kubectl, as an administrator. Beside it lies Helm.</summary>
    public Kubectl Kubectl { get; private set; } = null!;

    /// <summary>Whether there are nodes, on which it runs.</summary>
    protected virtual bool HasNodes => false;

    private string HelmProgram { get; set; } = "";

    private HashSet<string> Served { get; set; } = [];

    /// <summary>Whether all of <c>deploy/</c> is known here, to the last field.</summary>
    public bool KnowsEverything => Plane.Version >= new Version(1, 30);

    public virtual async ValueTask InitializeAsync()
    {
        var tools = await ClientTools.FindAsync();
        Plane = await ControlPlane.StartAsync(Console.Error.WriteLine, CancellationToken.None, withNodes: HasNodes);
        Kubectl = new Kubectl(tools.Kubectl, Plane.Admin.Kubeconfig, Plane.Folder);
        HelmProgram = tools.Helm;
        // NAME, perhaps SHORTNAMES, APIVERSION, NAMESPACED, KIND
        Served = (await Kubectl.OkAsync("api-resources", "--no-headers")).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => $"{words[^3]} {words[^1]}")
            .ToHashSet(StringComparer.Ordinal);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await (Plane?.DisposeAsync() ?? default);
        GC.SuppressFinalize(this);
    }

    public Task<CommandResult> HelmAsync(params string[] arguments) => new Command(HelmProgram, arguments)
    {
        Environment = new Dictionary<string, string>(
            StringComparer.Ordinal) { ["KUBECONFIG"] = Kubectl.Kubeconfig, ["HOME"] = Plane.Folder },
    }.RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Applies what the API server knows of a manifest; where it knows everything, all of it, and strictly.</summary>
    public async Task ApplyAsync(string manifest)
    {
        if (KnowsEverything)
        {
            (await Kubectl.WithInputAsync(manifest, "apply", "--validate=strict", "-f", "-")).Ok();
            return;
        }

        // A server before 1.28 drops the one field that it does not know, where kubectl does not hold it back before.
        foreach (var documents in Known(manifest)
            .Split("\n---\n")
            .GroupBy(document => !document.Contains("matchConditions:", StringComparison.Ordinal))
            .OrderByDescending(group => group.Key))
        {
            (await Kubectl.WithInputAsync(
                string.Join("\n---\n", documents), "apply", $"--validate={(documents.Key ? "true" : "false")}", "-f", "-")).Ok();
        }
    }

    /// <summary>The objects of a manifest whose kind is served here.</summary>
    public string Known(string manifest) =>
        string.Join(
            "\n---\n",
            manifest.Split("\n---\n").Where(document => Served.Contains($"{Field(document, "apiVersion")} {Field(document, "kind")}")));

    private static string Field(string document, string name) =>
        document.Split('\n').FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))?[(name.Length + 2)..].Trim()
            ?? "";

    /// <summary>All that the guard's installation has put into the cluster, by kind and name.</summary>
    public async Task<string> RemainsAsync()
    {
        var kinds = (await Kubectl.OkAsync("api-resources", "--verbs=list", "-o", "name"))
            .Split('\n')
            .Where(kind => !kind.StartsWith("events", StringComparison.Ordinal));
        var labelled = await Kubectl.OkAsync(
            "get",
            string.Join(',', kinds),
            "-A",
            "-o",
            "name",
            "--ignore-not-found",
            "-l",
            "app.kubernetes.io/name in (admissionguard, admissionguard-register, admissionguard-unregister)");
        return $"{labelled}{await Kubectl.OkAsync("get", "namespace", Namespace, "-o", "name", "--ignore-not-found")}";
    }

    /// <summary>Does what the running guard does with its own certificates: fills its Secret, and publishes the authority.</summary>
    public async Task PublishAsync(string bundle)
    {
        foreach (var kind in new[] { "mutatingwebhookconfiguration", "validatingwebhookconfiguration" })
        {
            await Kubectl.OkAsync(
                "patch",
                kind,
                "00-admissionguard",
                "--field-manager=admissionguard",
                "--type=json",
                "-p",
                $$"""[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"{{bundle}}"}]""");
        }

        await Kubectl.OkAsync(
            "-n",
            Namespace,
            "patch",
            "secret",
            "admissionguard-tls",
            "--field-manager=admissionguard",
            "--type=merge",
            "-p",
            $$$"""{"data":{"tls.crt":"{{{bundle}}}"}}""");
    }

    /// <summary>What is published now: of both configurations, and in the Secret.</summary>
    public async Task<string> PublishedAsync()
    {
        var bundles = await Kubectl.OkAsync(
            "get",
            "mutatingwebhookconfiguration/00-admissionguard",
            "validatingwebhookconfiguration/00-admissionguard",
            "-o",
            "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}");
        return $"{bundles} {await Kubectl.OkAsync("-n", Namespace, "get", "secret", "admissionguard-tls", "-o", "jsonpath={.data.tls\\.crt}")}";
    }

    /// <summary>
    /// Waits until an unrelated edit of a namespace passes, or no longer does: the API server takes up webhooks in its own time.
    /// </summary>
    public Task EditsPassAsync(bool pass) => Poll.UntilAsync(
        pass ? "an edit to pass" : "an edit to be refused",
        TimeSpan.FromMinutes(1),
        async () => (await Kubectl.RunAsync(
            "annotate", "namespace", "kube-public", $"seen={Guid.NewGuid():N}", "--overwrite")).ExitCode == 0 == pass,
        TestContext.Current.CancellationToken);

    /// <summary>Waits until a namespace is gone.</summary>
    public Task IsGoneAsync(string name) =>
        Poll.UntilAsync(
            $"the end of namespace {name}",
            TimeSpan.FromMinutes(2),
            () => Kubectl.IsGoneAsync("namespace", name),
            TestContext.Current.CancellationToken);

    /// <summary>Deletes both webhook configurations, and waits until that is in effect.</summary>
    public async Task UnregisterAsync()
    {
        await Kubectl.OkAsync(
            "delete", "mutatingwebhookconfiguration,validatingwebhookconfiguration", "00-admissionguard", "--ignore-not-found");
        await EditsPassAsync(pass: true);
    }

    /// <summary>Leaves nothing behind that would refuse or change what the next test does, whatever failed in this one.</summary>
    public async ValueTask TidyAsync()
    {
        await UnregisterAsync();
        await Kubectl.OkAsync("delete", "namespace", Namespace, "--ignore-not-found", "--wait=false");
        await Kubectl.OkAsync("delete", "clusterrole,clusterrolebinding", "-l", "app.kubernetes.io/name=admissionguard");
        if (KnowsEverything)
        {
            await Kubectl.OkAsync(
                "delete",
                "validatingadmissionpolicy,validatingadmissionpolicybinding,flowschema",
                "-l",
                "app.kubernetes.io/name=admissionguard");
        }

        await IsGoneAsync(Namespace);
    }

    /// <summary>Waits until the Deployment's pods exist: whatever admission there is, it let them in.</summary>
    public Task PodsAreAdmittedAsync(int count) => Poll.UntilAsync(
        $"{count} pods",
        TimeSpan.FromMinutes(2),
        async () => JsonNode.Parse(
            await Kubectl.OkAsync(
                "-n",
                Namespace,
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/name=admissionguard",
                "-o",
                "json"))!["items"]!.AsArray().Count == count,
        TestContext.Current.CancellationToken);
}

/// <summary>One for installations that don't run.</summary>
[CollectionDefinition(nameof(InstalledCluster))]
public sealed class InstalledClusterDefinition : ICollectionFixture<InstalledCluster>;
