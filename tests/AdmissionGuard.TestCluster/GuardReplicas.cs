using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;

namespace AdmissionGuard.TestCluster;

/// <summary>
/// Several guards behind a load balancer, in front of a control plane: what a Deployment and its Service are in a cluster with nodes.
/// </summary>
public sealed class GuardReplicas : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly GuardSetup _setup;
    private readonly LoadBalancer _balancer;
    private readonly Registration _registration;
    private readonly ImmutableArray<(int Reviews, int Health)> _places;
    private readonly GuardProcess?[] _guards;

    private GuardReplicas(ControlPlane plane, GuardSetup setup, LoadBalancer balancer, ImmutableArray<(int Reviews, int Health)> places)
    {
        _setup = setup;
        _balancer = balancer;
        _registration = new Registration(plane, balancer.Address, setup.CaFile, withMatchConditions: true);
        _places = places;
        _guards = new GuardProcess?[places.Length];
    }

    /// <summary>How many guards there are.</summary>
    public int Count => _guards.Length;

    /// <summary>Where the guards' certificates are.</summary>
    public string Certificates => _setup.Folder;

    /// <summary>Where the load balancer listens.</summary>
    public Uri Reviews => _balancer.Address;

    /// <summary>Starts the guards and the load balancer, and registers the webhooks.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="count">How many guards.</param>
    /// <param name="arguments">More arguments of <c>serve</c>.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>The running guards, all of them ready, their webhooks in use.</returns>
    public static async Task<GuardReplicas> StartAsync(
        ControlPlane plane, int count, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var setup = await GuardSetup.MakeAsync(
            plane,
            program: null,
            arguments,
            cancellation,
            Directory.CreateDirectory(Path.Combine(plane.Folder, $"fleet-{Guid.NewGuid():N}", "certs")).FullName);
        ImmutableArray<(int Reviews, int Health)> places = [.. Enumerable.Range(0, count).Select(_ => (FreePort.Find(), FreePort.Find()))];
        var fleet = new GuardReplicas(
            plane, setup, await LoadBalancer.StartAsync(Path.GetDirectoryName(setup.Folder)!, places, cancellation), places);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(which => fleet.StartAsync(which, cancellation)));
            await fleet._registration.RegisterAsync(Webhooks.Both, cancellation);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a guard that was stopped, and waits until it is ready.</summary>
    /// <param name="which">Which one, from 0.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>When it is.</returns>
    public async Task StartAsync(int which, CancellationToken cancellation)
    {
        var (reviews, health) = _places[which];
        _guards[which] = await GuardProcess.StartAsync(
            _setup.Command, _setup.NewLogFile(), cancellation, listen: $"127.0.0.1:{reviews}", healthListen: $"127.0.0.1:{health}");
        await Poll.UntilAsync(
            $"guard {which} to be ready",
            Limit,
            async () => await GetAsync(which, "readyz") is { IsSuccessStatusCode: true },
            cancellation);
    }

    /// <summary>Stops a guard as kubelet does.</summary>
    /// <param name="which">Which one.</param>
    /// <returns>When it is over.</returns>
    public Task StopAsync(int which) => _guards[which]!.StopAsync();

    /// <summary>Ends a guard as SIGKILL does.</summary>
    /// <param name="which">Which one.</param>
    /// <returns>When it is over.</returns>
    public Task KillAsync(int which) => _guards[which]!.KillAsync();

    /// <summary>The value of a metric without labels, of each guard.</summary>
    /// <param name="metric">Its name, as Prometheus reads it.</param>
    /// <returns>The values; empty where a guard has none.</returns>
    public async Task<ImmutableArray<string>> MetricAsync(string metric) =>
        [.. await Task.WhenAll(Enumerable.Range(0, Count).Select(which => MetricAsync(which, metric)))];

    /// <summary>The certificate that each guard serves now.</summary>
    /// <returns>The certificates' thumbprints.</returns>
    public async Task<ImmutableArray<string>> ServedAsync() => [.. await Task.WhenAll(_places.Select(place => ServedAsync(place.Reviews)))];

    /// <summary>Waits until each guard serves another certificate.</summary>
    /// <param name="before">What each served before.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What each serves now.</returns>
    public async Task<ImmutableArray<string>> ServesAnotherAsync(ImmutableArray<string> before, CancellationToken cancellation)
    {
        await Poll.UntilAsync(
            "every guard to serve another certificate",
            Limit,
            async () => !(await ServedAsync()).Intersect(before, StringComparer.Ordinal).Any(),
            cancellation);
        return await ServedAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _registration.UnregisterAsync();
        }
        finally
        {
            foreach (var guard in _guards.OfType<GuardProcess>())
            {
                await guard.DisposeAsync();
            }

            await _balancer.DisposeAsync();
        }
    }

    private static async Task<string> ServedAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        // Only looked at: whether the API server trusts it, the traffic tells.
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return tls.RemoteCertificate!.GetCertHashString();
    }

    private async Task<string> MetricAsync(int which, string metric)
    {
        using var answer = await GetAsync(which, "metrics");
        var text = answer is null ? "" : await answer.Content.ReadAsStringAsync();
        return text.Split('\n')
            .FirstOrDefault(
                line => line.StartsWith(metric, StringComparison.Ordinal)
                    && line.Length > metric.Length
                    && line[metric.Length] is ' ' or '{')?.Split(' ')[1] ?? "";
    }

    private async Task<HttpResponseMessage?> GetAsync(int which, string path)
    {
        using var http = new HttpClient();
        try
        {
            return await http.GetAsync(new Uri($"http://127.0.0.1:{_places[which].Health}/{path}"));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
