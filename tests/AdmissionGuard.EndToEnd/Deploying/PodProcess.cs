using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The process of a pod of the guard's, with the files that kubelet would mount.</summary>
internal sealed class PodProcess : IAsyncDisposable
{
    private const string ConfigFolder = "/etc/admissionguard/config";
    private const string Api = $"/api/v1/namespaces/{InstalledCluster.Namespace}";

    private readonly GuardProcess _process;
    private readonly string _folder;
    private readonly HttpClient _http = new();

    private PodProcess(GuardProcess process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>Where it answers reviews, on this machine.</summary>
    public int Port => _process.Reviews.Port;

    /// <summary>Starts it, if its ConfigMap and its Secret are there.</summary>
    /// <returns>The process; <see langword="null"/> if one of them is not there yet.</returns>
    public static async Task<PodProcess?> StartAsync(InstalledCluster cluster, JsonNode pod, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(cluster.Plane.Folder, $"pod-{Guid.NewGuid():N}")).FullName;
        var hasSecret = pod["spec"]!["volumes"]!.AsArray().Any(volume => (string?)volume!["name"] == "tls");
        await MountAsync(cluster, folder);
        if (!File.Exists(Path.Combine(folder, "config.yaml")) || (hasSecret && !File.Exists(Path.Combine(folder, "tls.crt"))))
        {
            return null;
        }

        var account = await cluster.Plane.KubectlAsServiceAccountAsync(
            InstalledCluster.Namespace, (string)pod["spec"]!["serviceAccountName"]!);
        string[] tls = hasSecret ? ["--tls-cert", Path.Combine(folder, "tls.crt"), "--tls-key", Path.Combine(folder, "tls.key")] : [];
        var process = await GuardProcess.StartAsync(
            [
                "dotnet",
                Program.File,
                .. pod["spec"]!["containers"]![0]!["args"]!.AsArray()
                    .Select(each => ((string)each!).Replace(ConfigFolder, folder, StringComparison.Ordinal)),
                "--kubeconfig",
                account.Kubeconfig,
                "--namespace",
                InstalledCluster.Namespace,
                // So that connections of the API server's end between two answers.
                "--drain",
                "2s",
                .. tls,
            ],
            Path.Combine(folder, "guard.log"),
            cancellation);
        return new PodProcess(process, folder);
    }

    /// <summary>Writes what has changed into its files, as kubelet does.</summary>
    public Task UpdateVolumesAsync(InstalledCluster cluster) => MountAsync(cluster, _folder);

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await _http.GetAsync(new Uri(_process.Health, "readyz"));
        return answer.IsSuccessStatusCode;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private static async Task MountAsync(InstalledCluster cluster, string folder)
    {
        var map = await cluster.Plane.AdminApi.SendAsync(HttpMethod.Get, $"{Api}/configmaps/admissionguard-config");
        if (map.IsOk)
        {
            await WriteAsync(folder, "config.yaml", System.Text.Encoding.UTF8.GetBytes((string)map.Object["data"]!["config.yaml"]!));
        }

        var secret = await cluster.Plane.AdminApi.SendAsync(HttpMethod.Get, $"{Api}/secrets/admissionguard-tls");
        foreach (var (name, content) in secret.IsOk ? secret.Object["data"]?.AsObject() ?? [] : [])
        {
            await WriteAsync(folder, name, Convert.FromBase64String((string)content!));
        }
    }

    // A reader sees the old content or the new one.
    private static async Task WriteAsync(string folder, string name, byte[] content)
    {
        var file = Path.Combine(folder, name);
        if (File.Exists(file) && (await File.ReadAllBytesAsync(file)).AsSpan().SequenceEqual(content))
        {
            return;
        }

        await File.WriteAllBytesAsync($"{file}.new", content);
        File.Move($"{file}.new", file, overwrite: true);
    }
}
