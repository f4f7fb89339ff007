using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A cluster's everyday: fifty writes of namespaces a second, every other one a move between tenants by its label, and kubectl beside.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly ApiClient _api;
    private readonly Kubectl _kubectl;
    private readonly ImmutableArray<string> _tenants;
    private readonly ConcurrentQueue<string> _idle;
    private readonly ConcurrentQueue<TrafficWrite> _writes = new();
    private readonly ConcurrentDictionary<int, Task> _underWay = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private int _count;

    private Traffic(Kubectl user, ImmutableArray<string> namespaces, ImmutableArray<string> tenants)
    {
        _api = new ApiClient(user);
        _kubectl = user;
        _tenants = tenants;
        _idle = new(namespaces);
        _running = Task.WhenAll(WriteAsync(), LabelAsync(tenants));
    }

    /// <summary>The writes that are over.</summary>
    public IReadOnlyCollection<TrafficWrite> Writes => _writes;

    /// <summary>Those that were not accepted.</summary>
    public IEnumerable<TrafficWrite> Failed => _writes.Where(write => !write.IsOk);

    /// <summary>Creates the namespaces of the traffic, and begins.</summary>
    /// <param name="plane">The control plane, its guards running.</param>
    /// <param name="tenants">The tenants between which namespaces move.</param>
    public static async Task<Traffic> StartAsync(ControlPlane plane, params ImmutableArray<string> tenants)
    {
        ImmutableArray<string> namespaces = [
            .. Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"traffic-{Guid.NewGuid():N}-{i}"))
        ];
        using var admin = new ApiClient(plane.Admin);
        foreach (var name in namespaces)
        {
            (await admin.SendAsync(HttpMethod.Post, "/api/v1/namespaces", Storm.New(name, tenants[0]))).Ok();
        }

        (await admin.SendAsync(HttpMethod.Post, "/api/v1/namespaces", Storm.New(OfKubectl(tenants), tenants[0]))).Ok();
        return new Traffic(plane.KubectlAs("mover"), namespaces, tenants);
    }

    /// <summary>Waits until so many more writes are over, and some of kubectl among them.</summary>
    public async Task PassAsync(int count, CancellationToken cancellation)
    {
        var (writes, ofKubectl) = (_writes.Count + count, OfKubectlCount() + 1);
        await Poll.UntilAsync(
            $"{count} more writes",
            TimeSpan.FromMinutes(2),
            () => Task.FromResult(_running.IsCompleted || (_writes.Count >= writes && OfKubectlCount() >= ofKubectl)),
            cancellation);
        if (_running.IsCompleted)
        {
            await _running;
        }
    }

    /// <summary>Ends it, once what is in progress is answered.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _running;
        await Task.WhenAll(_underWay.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _api.Dispose();
        _end.Dispose();
    }

    private static string OfKubectl(ImmutableArray<string> tenants) => $"labelled-{string.Join('-', tenants)}";

    private int OfKubectlCount() => _writes.Count(write => write.What is "kubectl label");

    private async Task WriteAsync()
    {
        using var timer = new PeriodicTimer(Pace);
        while (await IsNextAsync(timer))
        {
            // One write of a namespace at a time: two at once may meet an honest conflict.
            if (_idle.TryDequeue(out var name))
            {
                var number = _count++;
                _underWay[number] = SendAsync(number, name);
            }
        }
    }

    private async Task<bool> IsNextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SendAsync(int number, string name)
    {
        var isMove = number % 2 == 0;
        var metadata = isMove
            ? new JsonObject
            {
                ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = _tenants[(number / 2 + number / 40) % _tenants.Length] },
            }
            : new JsonObject { ["annotations"] = new JsonObject { ["example.com/count"] = number.ToString(CultureInfo.InvariantCulture) } };
        await RecordAsync(isMove ? "move" : "unrelated edit", async () =>
        {
            var answer = await _api.SendAsync(
                HttpMethod.Patch, $"/api/v1/namespaces/{name}", new JsonObject { ["metadata"] = metadata }, ApiClient.MergePatch);
            return (answer.IsOk, answer.Text);
        });
        _idle.Enqueue(name);
        _underWay.TryRemove(number, out _);
    }

    private async Task LabelAsync(ImmutableArray<string> tenants)
    {
        for (var i = 1; !_end.IsCancellationRequested; i++)
        {
            await RecordAsync("kubectl label", async () =>
            {
                var answer = await _kubectl.RunAsync(
                    "label", "ns", OfKubectl(tenants), $"{GuardedCluster.LabelKey}={tenants[i % tenants.Length]}", "--overwrite");
                return (answer.ExitCode == 0, answer.Error + answer.Output);
            });
        }
    }

    private async Task RecordAsync(string what, Func<Task<(bool IsOk, string Words)>> write)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (isOk, words) = await write();
        _writes.Enqueue(new TrafficWrite(what, began, TimeProvider.System.GetTimestamp(), isOk, isOk ? "" : words));
    }
}

/// <summary>One write of the traffic.</summary>
/// <param name="What">What it does.</param>
/// <param name="Began">When it was sent.</param>
/// <param name="Ended">When it was answered.</param>
/// <param name="IsOk">Whether it was accepted.</param>
/// <param name="Words">Why not.</param>
internal sealed record TrafficWrite(string What, long Began, long Ended, bool IsOk, string Words);
