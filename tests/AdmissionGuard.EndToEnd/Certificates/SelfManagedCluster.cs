using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Certificates;

/// <summary>
/// Guards that make their certificates themselves, with exactly the permissions of <c>deploy/</c>, and configurations that are none of
/// theirs.
/// </summary>
internal sealed class SelfManagedCluster : IAsyncDisposable
{
    public const string ForeignBundle = "LS0tLS1CRUdJTg==";

    private const string Namespace = "admissionguard-system";

    private static readonly string[] Files = ["rbac.yaml", "secret.yaml"];

    private readonly ControlPlane _plane;
    private readonly List<GuardProcess> _guards = [];

    private SelfManagedCluster(ControlPlane plane) => _plane = plane;

    public IReadOnlyList<GuardProcess> Guards => _guards;

    public static async Task<SelfManagedCluster> StartAsync(
        ControlPlane plane, int replicas, CancellationToken cancellation, params string[] arguments)
    {
        var cluster = new SelfManagedCluster(plane);
        await cluster.ApplyAsync();
        for (var replica = 0; replica < replicas; replica++)
        {
            await cluster.AddAsync(cancellation, arguments);
        }

        return cluster;
    }

    /// <summary>Applies the permissions, and the empty Secret if there is none; it bears a label that is none of the guard's.</summary>
    public async Task ApplyAsync()
    {
        await _plane.Admin.OkAsync(
            ["apply", .. Files.SelectMany(file => new[] { "-f", Repository.File("deploy", "components", "self-managed", file) })]);
        await _plane.Admin.OkAsync("-n", Namespace, "label", "secret", "admissionguard-tls", "mine=kept", "--overwrite");
    }

    public Task DeleteSecretAsync() => _plane.Admin.OkAsync("-n", Namespace, "delete", "secret", "admissionguard-tls");

    public async Task<GuardProcess> AddAsync(CancellationToken cancellation, params string[] arguments)
    {
        var account = await _plane.KubectlAsServiceAccountAsync(Namespace, "admissionguard");
        var guard = await GuardProcess.StartAsync(
            [
                "dotnet", Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), "serve", "--kubeconfig", account.Kubeconfig,
                "--certificates", "self-managed", "--namespace", Namespace, "--host", "127.0.0.1", .. arguments,
            ],
            Path.Combine(_plane.Folder, $"self-managed-{Guid.NewGuid():N}.log"),
            cancellation);
        _guards.Add(guard);
        return guard;
    }

    /// <summary>
    /// Registers the webhooks at a guard's address, without an authority; a webhook of somebody else's beside, and a configuration of
    /// somebody else's.
    /// </summary>
    public async Task RegisterAsync(Uri reviews)
    {
        var manifest = await File.ReadAllTextAsync(Repository.File("deploy", "base", "webhooks.yaml"));
        foreach (var document in manifest.Split("\n---\n"))
        {
            var path = document.Contains("path: /mutate", StringComparison.Ordinal) ? "mutate" : "validate";
            var client = document.IndexOf("      service:", StringComparison.Ordinal);
            var rules = document.IndexOf("    rules:", StringComparison.Ordinal);
            var own =
                $"{document[..client]}      url: {new Uri(reviews, path).AbsoluteUri}\n{document[rules..].TrimEnd()}\n{Foreign("other.example.com")}";
            await _plane.Admin.ApplyAsync(own);
        }

        await _plane.Admin.ApplyAsync($"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata:
              name: 01-foreign
            webhooks:
            {Foreign("validate.admissionguard.io")}
            """);
    }

    /// <summary>The caBundles of the guard's own webhooks, and then those of others.</summary>
    public async Task<(ImmutableArray<string> Own, ImmutableArray<string> Others)> BundlesAsync()
    {
        var all = JsonNode.Parse(
            await _plane.Admin.OkAsync(
                "get", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "-o", "json"))!["items"]!.AsArray()
            .SelectMany(item => item!["webhooks"]!.AsArray().Select(webhook => (
                IsOwn: (string)item["metadata"]!["name"]! == "00-admissionguard"
                    && ((string)webhook!["name"]!).EndsWith(".admissionguard.io", StringComparison.Ordinal),
                Bundle: (string?)webhook!["clientConfig"]!["caBundle"] ?? "")))
            .ToList();
        return ([
            .. all.Where(each => each.IsOwn).Select(each => each.Bundle)
        ], [.. all.Where(each => !each.IsOwn).Select(each => each.Bundle)]);
    }

    public async Task<KeptSecret> SecretAsync() =>
        KeptSecret.Of(
            JsonNode.Parse(await _plane.Admin.OkAsync("-n", Namespace, "get", "secret", "admissionguard-tls", "-o", "json"))!.AsObject());

    /// <summary>A figure of a guard's; 0 if it does not tell it.</summary>
    public static async Task<double> FigureAsync(GuardProcess guard, string name, string label = "")
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri(guard.Health, "metrics"))).Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(
                line => double.Parse(
                    line[(line.LastIndexOf('}') + 1)..].Split(
                        ' ', StringSplitOptions.RemoveEmptyEntries)[line.Contains('}', StringComparison.Ordinal) ? 0 : 1],
                    CultureInfo.InvariantCulture));
    }

    public async Task<GuardProcess> LeaderAsync(CancellationToken cancellation, params GuardProcess[] except)
    {
        GuardProcess? leader = null;
        await Poll.UntilAsync("a leader", TimeSpan.FromMinutes(2), async () =>
        {
            foreach (var guard in _guards.Except(except))
            {
                leader ??= await FigureAsync(guard, "admissionguard_leader") == 1 ? guard : null;
            }

            return leader is not null;
        }, cancellation);
        return leader!;
    }

    public async Task<string> ReadyAsync(GuardProcess guard)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(guard.Health, "readyz?verbose"));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.Admin.OkAsync(
            "delete",
            "mutatingwebhookconfiguration,validatingwebhookconfiguration",
            "00-admissionguard",
            "01-foreign",
            "--ignore-not-found");
        foreach (var guard in _guards)
        {
            await guard.DisposeAsync();
        }

        await _plane.Admin.OkAsync("-n", Namespace, "delete", "secret/admissionguard-tls", "lease/admissionguard", "--ignore-not-found");
        // The API server releases webhooks in its own time.
        await Poll.UntilAsync(
            "the API server to let go",
            TimeSpan.FromMinutes(1),
            async () => (await _plane.Admin.RunAsync(
                "label", "ns", "default", "seen=yes", "--overwrite", "--dry-run=server")).ExitCode == 0,
            CancellationToken.None);
    }

    // It asks about nothing that anybody writes.
    private static string Foreign(string name) => $$"""
          - name: {{name}}
            admissionReviewVersions: [v1]
            clientConfig: {url: "https://127.0.0.1:9/", caBundle: {{ForeignBundle}}}
            rules: [{apiGroups: [nobody.example.com], apiVersions: [v1], operations: [CREATE], resources: [nothings]}]
            failurePolicy: Ignore
            sideEffects: None
        """;
}

/// <summary>What the guard's Secret holds.</summary>
internal sealed record KeptSecret(ImmutableArray<string> Authorities, string Leaf, string LeafIssuer, string Bundle, string Label)
{
    public static KeptSecret Of(JsonObject secret)
    {
        var (authorities, leaves) = (Read(secret, "ca.crt"), Read(secret, "tls.crt"));
        return new KeptSecret(
            [.. authorities.Select(authority => authority.Subject)],
            leaves.FirstOrDefault()?.SerialNumber ?? "",
            leaves.FirstOrDefault()?.Issuer ?? "",
            (string?)secret["data"]?["ca.crt"] ?? "",
            (string?)secret["metadata"]!["labels"]?["mine"] ?? "");
    }

    private static X509Certificate2Collection Read(JsonObject secret, string key)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String((string?)secret["data"]?[key] ?? "")));
        return certificates;
    }
}
