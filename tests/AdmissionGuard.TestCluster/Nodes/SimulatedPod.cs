using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>One pod on a node: its volumes, its container as a process of this machine, its probe, its status, and its end.</summary>
internal sealed partial class SimulatedPod : IAsyncDisposable
{
    private const string Program = "admissionguard";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);
    private static readonly HttpClient Probes = new() { Timeout = TimeSpan.FromSeconds(3) };

    private readonly ControlPlane _plane;
    private readonly JsonObject _pod;
    private readonly string _folder;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private PodStatus? _reported;
    private volatile bool _isDeleted;
    private volatile Ports? _ports;

    public SimulatedPod(ControlPlane plane, JsonObject pod, PodAddress address)
    {
        (_plane, _pod, Address) = (plane, pod, address);
        _folder = Path.Combine(plane.Folder, "pods", Name);
        Directory.CreateDirectory(_folder);
        _running = Task.Run(RunAsync);
    }

    public PodAddress Address { get; }

    /// <summary>Whether it is about to end.</summary>
    public bool IsDeleted => _isDeleted;

    /// <summary>The output of its container, of every start.</summary>
    public string LogFile => Path.Combine(_folder, "log");

    /// <summary>The end of that output.</summary>
    public string Tail() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(25)) : "";

    private string Name => (string)_pod["metadata"]!["name"]!;

    private string Url => $"/api/v1/namespaces/{_pod["metadata"]!["namespace"]}/pods/{Name}";

    /// <summary>The local port behind a port of the container; <see langword="null"/> if nobody listens there.</summary>
    public int? LocalPort(int port) => _ports is not { } ports ? null
        : port == ports.Command.ReviewsPort ? ports.Reviews
        : port == ports.Command.HealthPort ? ports.Health
        : null;

    /// <summary>Ends it as kubelet does when the pod has been deleted: the container in peace, then the object.</summary>
    public void Delete()
    {
        _isDeleted = true;
        _stop.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await TryAsync(() => _plane.AdminApi.SendAsync(HttpMethod.Post, $"{Url}/binding", JsonNode.Parse($$$"""
                {"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{{Name}}}"},"target":{"kind":"Node","name":"{{{Address.Node}}}"}}
                """)));
            var volumes = new PodVolumes(_plane.AdminApi, _pod, _folder);
            PodStatus? waiting;
            while ((waiting = await TryAsync(() => PrepareAsync(volumes))) is not { Waiting: null })
            {
                await ReportAsync(waiting ?? new PodStatus("Pending", Waiting: "ContainerCreating"));
                await Task.Delay(Pause, _stop.Token);
            }

            await RunContainerAsync(volumes);
        }
        catch (OperationCanceledException)
        {
            // It is deleted, or everything ends.
        }

        _ports = null;
        if (_isDeleted)
        {
            await TryAsync(() => _plane.AdminApi.SendAsync(HttpMethod.Delete, $"{Url}?gracePeriodSeconds=0"));
        }
    }

    /// <summary>Fetches what the container needs, and says what it waits for.</summary>
    private async Task<PodStatus> PrepareAsync(PodVolumes volumes)
    {
        if (await volumes.UpdateAsync() is { } missing)
        {
            return new PodStatus("Pending", Waiting: "ContainerCreating", Message: missing);
        }

        var image = (string)_pod["spec"]!["containers"]![0]!["image"]!;
        return image.Split('/')[^1].Split(':')[0] == Program
            ? new PodStatus("Pending")
            : new PodStatus("Pending", Waiting: "ImagePullBackOff", Message: $"Back-off pulling image \"{image}\"");
    }

    private async Task RunContainerAsync(PodVolumes volumes)
    {
        var kubeconfig = await KubeconfigAsync();
        var command = PodCommand.Of(_pod, Address.Pod, volumes.Folders, kubeconfig);
        for (var restarts = 0; ; restarts++)
        {
            var code = await RunOnceAsync(volumes, command, restarts);
            _ports = null;
            if ((string?)_pod["spec"]!["restartPolicy"] is "Never" || (code == 0 && !command.IsServer))
            {
                await ReportAsync(new PodStatus(code == 0 ? "Succeeded" : "Failed"));
                return;
            }

            await ReportAsync(new PodStatus("Running", Waiting: "CrashLoopBackOff", Restarts: restarts));
            await Task.Delay(BackOff, _stop.Token);
        }
    }

    private async Task<int> RunOnceAsync(PodVolumes volumes, PodCommand command, int restarts)
    {
        int? reviews = null, health = null;
        await using var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, $"{Program}.dll"), .. command.Arguments],
            LogFile,
            line =>
            {
                if (Listening().Match(line) is { Success: true } at)
                {
                    var port = int.Parse(at.Groups[2].Value, CultureInfo.InvariantCulture);
                    reviews = at.Groups[1].Value == "reviews" ? port : reviews;
                    health = at.Groups[1].Value == "health" ? port : health;
                    _ports = reviews is { } first && health is { } second ? new Ports(command, first, second) : null;
                }
            },
            command.Environment);
        var ended = process.ExitCodeAsync();
        try
        {
            while (!ended.IsCompleted)
            {
                _stop.Token.ThrowIfCancellationRequested();
                await ReportAsync(new PodStatus("Running", await IsReadyAsync(), Restarts: restarts));
                await TryAsync(volumes.UpdateAsync);
                await Task.WhenAny(ended, Task.Delay(Pause, _stop.Token));
            }
        }
        finally
        {
            if (_stop.IsCancellationRequested && !_isDeleted)
            {
                // Everything ends: nobody waits for a guard that drains.
                await process.KillAsync();
            }
        }

        return await ended;
    }

    private async Task<bool> IsReadyAsync()
    {
        var container = _pod["spec"]!["containers"]![0]!;
        if (container["readinessProbe"]?["httpGet"] is not { } probe)
        {
            return true;
        }

        var named = (container["ports"]?.AsArray() ?? []).FirstOrDefault(each => (string?)each!["name"] == probe["port"]!.ToString());
        var isNumber = int.TryParse(
            (named?["containerPort"] ?? probe["port"])!.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        if (!isNumber || LocalPort(port) is not { } local)
        {
            return false;
        }

        try
        {
            using var answer = await Probes.GetAsync(new Uri($"http://127.0.0.1:{local}{probe["path"]}"), _stop.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            _stop.Token.ThrowIfCancellationRequested();
            return false;
        }
    }

    private async Task<string> KubeconfigAsync()
    {
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (await TryAsync(async () => await _plane.KubectlAsServiceAccountAsync(
                (string)_pod["metadata"]!["namespace"]!,
                (string?)_pod["spec"]!["serviceAccountName"] ?? "default",
                Name)) is { } kubectl)
            {
                return kubectl.Kubeconfig;
            }

            await Task.Delay(Pause, _stop.Token);
        }
    }

    private async Task ReportAsync(PodStatus status)
    {
        if (status != _reported
            && await TryAsync(() => _plane.AdminApi.SendAsync(
                HttpMethod.Patch, $"{Url}/status", status.ToPatch(_pod, Address, _started), "application/strategic-merge-patch+json"))
                is { IsOk: true })
        {
            _reported = status;
        }
    }

    /// <summary>Asks the API server; another time, if it fails.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private sealed record Ports(PodCommand Command, int Reviews, int Health);

    [GeneratedRegex(@"Listening for (reviews|health) .*?https?://[^\s""]+?:(\d+)")]
    private static partial Regex Listening();
}
