using System.Text.Json.Nodes;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>
/// Stands in for the scheduler and for the kubelets of three nodes: each of the guard's pods is bound to a node, and runs as a process of
/// the program that was built with the tests, with the arguments, variables, volumes and account of the pod.
/// </summary>
/// <remarks>
/// It runs pods whose label <c>app.kubernetes.io/name</c> begins with <c>admissionguard</c>; others stay Pending. Of images there is the
/// program's own, whatever its registry and tag. Two containers, init containers and probes other than the readiness probe are not there.
/// </remarks>
public sealed class SimulatedNodes : IAsyncDisposable
{
    private const int Count = 3;
    private const string Label = "app.kubernetes.io/name";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly ControlPlane _plane;
    private readonly ServiceProxy _proxy;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, SimulatedPod> _pods = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private int _bound;

    internal SimulatedNodes(ControlPlane plane)
    {
        _plane = plane;
        _proxy = new ServiceProxy(plane, LocalPort);
    }

    /// <summary>The socket of the proxy that the API server reaches Services through.</summary>
    internal string ProxySocket => _proxy.Socket;

    /// <summary>The end of the log of every pod that is there.</summary>
    /// <returns>The logs, each below its pod's log file.</returns>
    public string Tails() => string.Join('\n', Pods().Select(pod => $"{pod.LogFile}:\n{pod.Tail()}"));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(Pods().Select(pod => pod.DisposeAsync().AsTask()));
        await _proxy.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Creates the nodes, and begins to run pods.</summary>
    internal async Task StartAsync()
    {
        for (var node = 1; node <= Count; node++)
        {
            (await _plane.AdminApi.CreateAsync("/api/v1/nodes", $$"""
                apiVersion: v1
                kind: Node
                metadata:
                  name: node-{{node}}
                  labels: {kubernetes.io/hostname: node-{{node}}, topology.kubernetes.io/zone: zone-{{node}} }
                """)).Ok();
        }

        _running = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await LookAsync();
                await _proxy.CloseUnselectedAsync();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException)
            {
                // The next look is soon.
            }

            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync()
    {
        var pods = (await _plane.AdminApi.SendAsync(HttpMethod.Get, $"/api/v1/pods?labelSelector={Uri.EscapeDataString(Label)}")).Ok();
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pod in pods["items"]!.AsArray().Select(each => each!.AsObject()).Where(IsOfTheGuard))
        {
            var uid = (string)pod["metadata"]!["uid"]!;
            there.Add(uid);
            var running = Find(uid) ?? Begin(uid, pod);
            if (pod["metadata"]!["deletionTimestamp"] is not null)
            {
                running.Delete();
            }
        }

        foreach (var gone in Take(uid => !there.Contains(uid)))
        {
            await gone.DisposeAsync();
        }
    }

    private static bool IsOfTheGuard(JsonObject pod) =>
        ((string)pod["metadata"]!["labels"]![Label]!).StartsWith("admissionguard", StringComparison.Ordinal);

    private SimulatedPod Begin(string uid, JsonObject pod)
    {
        // No two pods have the same address, not even one after the other.
        var number = ++_bound;
        // As the scheduler would, it takes the node with the fewest pods.
        var node = Enumerable.Range(1, Count).MinBy(each => Pods().Count(pod => !pod.IsDeleted && pod.Address.Node == $"node-{each}"));
        var address = new PodAddress($"10.244.{number / 250}.{1 + (number % 250)}", $"10.243.0.{node}", $"node-{node}");
        var begun = new SimulatedPod(_plane, pod.DeepClone().AsObject(), address);
        lock (_lock)
        {
            _pods[uid] = begun;
        }

        return begun;
    }

    private SimulatedPod? Find(string uid)
    {
        lock (_lock)
        {
            return _pods.GetValueOrDefault(uid);
        }
    }

    private List<SimulatedPod> Pods()
    {
        lock (_lock)
        {
            return [.. _pods.Values];
        }
    }

    private List<SimulatedPod> Take(Func<string, bool> which)
    {
        lock (_lock)
        {
            var taken = _pods.Where(each => which(each.Key)).ToList();
            taken.ForEach(each => _pods.Remove(each.Key));
            return [.. taken.Select(each => each.Value)];
        }
    }

    private int? LocalPort(string? address, int port) => Pods().FirstOrDefault(pod => pod.Address.Pod == address)?.LocalPort(port);
}
