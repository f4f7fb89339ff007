using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// Stands in for the nodes that are not there. It runs what the guard's pods and the pods of the chart's Jobs are to run, as their
/// service accounts, with their ConfigMap and Secret; reports their state; and is where the Service leads to. One process stands for
/// all pods of a ReplicaSet.
/// </summary>
internal sealed class NodeStandIn : IAsyncDisposable
{
    private const string Pods = $"/api/v1/namespaces/{InstalledCluster.Namespace}/pods";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly InstalledCluster _cluster;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, Task> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PodProcess> _guards = new(StringComparer.Ordinal);
    private readonly Task _loop;

    private NodeStandIn(InstalledCluster cluster, bool runsGuard)
    {
        (_cluster, RunsGuard) = (cluster, runsGuard);
        _loop = RunAsync();
    }

    /// <summary>Whether the guard's pods run; if not, they stay as they are.</summary>
    public bool RunsGuard { get; set; }

    /// <summary>What the Jobs' programs said, by their command.</summary>
    public ConcurrentDictionary<string, CommandResult> Results { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts it.</summary>
    public static NodeStandIn Start(InstalledCluster cluster, bool runsGuard = true) => new(cluster, runsGuard);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _loop;
        }
        catch (OperationCanceledException)
        {
            // It was starting something.
        }
        finally
        {
            foreach (var hash in _guards.Keys)
            {
                await StopAsync(hash);
            }

            _end.Dispose();
        }
    }

    private async Task RunAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var answer = await _cluster.Plane.AdminApi.SendAsync(HttpMethod.Get, Pods);
            var pods = answer.IsOk ? answer.Object["items"]!.AsArray().Select(each => each!).ToLookup(AppOf) : null;
            if (pods is not null)
            {
                await LookAfterGuardAsync([.. pods["admissionguard"]]);
                foreach (var pod in pods.Where(each => each.Key != "admissionguard").SelectMany(each => each))
                {
                    _ = _jobs.GetOrAdd(NameOf(pod), _ => RunJobAsync(pod));
                }
            }

            await Task.WhenAny(Task.Delay(Pause, _end.Token));
        }

        await Task.WhenAll(_jobs.Values);
    }

    private async Task LookAfterGuardAsync(IReadOnlyList<JsonNode> pods)
    {
        var replicaSets = RunsGuard ? pods.ToLookup(HashOf, StringComparer.Ordinal) : Array.Empty<JsonNode>().ToLookup(HashOf);
        foreach (var replicaSet in replicaSets)
        {
            if (!_guards.TryGetValue(replicaSet.Key, out var guard))
            {
                guard = await PodProcess.StartAsync(_cluster, replicaSet.First(), _end.Token);
                if (guard is null)
                {
                    continue;
                }

                _guards[replicaSet.Key] = guard;
            }

            await guard.UpdateVolumesAsync(_cluster);
            if (!await guard.IsReadyAsync())
            {
                continue;
            }

            _cluster.Services.Port ??= guard.Port;
            foreach (var pod in replicaSet.Where(pod => !IsReady(pod)))
            {
                await ReportAsync(pod, """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""");
            }
        }

        foreach (var gone in _guards.Keys.Where(hash => !replicaSets.Contains(hash)))
        {
            await StopAsync(gone);
        }
    }

    /// <summary>Stops the guard, as if every replica had broken.</summary>
    public async Task StopGuardAsync()
    {
        RunsGuard = false;
        await Poll.UntilAsync("the guard's end", TimeSpan.FromMinutes(1), () => Task.FromResult(_guards.IsEmpty), _end.Token);
    }

    // First it gets no new connection, and then it is told to end.
    private async Task StopAsync(string hash)
    {
        var guard = _guards[hash];
        if (_cluster.Services.Port == guard.Port)
        {
            _cluster.Services.Port = null;
            foreach (var other in _guards.Values.Where(each => each != guard))
            {
                _cluster.Services.Port = await other.IsReadyAsync() ? other.Port : _cluster.Services.Port;
            }
        }

        await guard.DisposeAsync();
        _guards.TryRemove(hash, out _);
    }

    private async Task RunJobAsync(JsonNode pod)
    {
        var spec = pod["spec"]!;
        var account = await _cluster.Plane.KubectlAsServiceAccountAsync(
            InstalledCluster.Namespace, (string)spec["serviceAccountName"]!);
        string[] arguments = [.. spec["containers"]![0]!["args"]!.AsArray().Select(each => (string)each!)];

        var result = await Program.RunAsync([.. arguments, "--kubeconfig", account.Kubeconfig], _end.Token);

        Results[arguments[0]] = result;
        await ReportAsync(pod, $$"""{"phase":"{{(result.ExitCode == 0 ? "Succeeded" : "Failed")}}"}""");
    }

    // A pod that was deleted meanwhile has no state to report.
    private async Task ReportAsync(JsonNode pod, string status) => await _cluster.Plane.AdminApi.SendAsync(
        HttpMethod.Patch,
        $"{Pods}/{NameOf(pod)}/status",
        new JsonObject { ["status"] = JsonNode.Parse(status) },
        "application/strategic-merge-patch+json");

    private static string AppOf(JsonNode pod) => (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"] ?? "";

    private static string HashOf(JsonNode pod) => (string?)pod["metadata"]!["labels"]?["pod-template-hash"] ?? "";

    private static string NameOf(JsonNode pod) => (string)pod["metadata"]!["name"]!;

    private static bool IsReady(JsonNode pod) => pod["status"]?["conditions"]?.AsArray().Any(
        each => (string?)each!["type"] == "Ready" && (string?)each["status"] == "True") == true;
}
