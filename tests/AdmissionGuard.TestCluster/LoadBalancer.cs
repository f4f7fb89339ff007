using System.Net.Sockets;

namespace AdmissionGuard.TestCluster;

/// <summary>
/// A real TCP load balancer (haproxy) in front of guards, as a Service is: who is not ready gets no new connection, and keeps those it has.
/// </summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private const int Tries = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;

    private LoadBalancer(ChildProcess process, int port)
    {
        _process = process;
        Address = new Uri($"https://127.0.0.1:{port}/");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="places">Where the guards answer, and where their health is.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<LoadBalancer> StartAsync(
        string folder, IEnumerable<(int Reviews, int Health)> places, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Find();
            var file = Path.Combine(folder, $"haproxy-{port}.cfg");
            await File.WriteAllTextAsync(file, Configuration(port, places), cancellation);
            var process = ChildProcess.Start("haproxy", ["-db", "-f", file], Path.ChangeExtension(file, "log"));
            await Poll.UntilAsync("haproxy", Limit, async () => process.HasExited || await AcceptsAsync(port), cancellation);
            if (!process.HasExited)
            {
                return new LoadBalancer(process, port);
            }

            var words = process.Tail();
            await process.DisposeAsync();
            if (attempt == Tries)
            {
                throw new InvalidOperationException($"haproxy ended:\n{words}");
            }
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(int port, IEnumerable<(int Reviews, int Health)> places) => $"""
        global
          maxconn 2000
        defaults
          mode tcp
          timeout connect 2s
          timeout client 3m
          timeout server 3m
          timeout check 2s
          retries 5
          option redispatch 1
          option httpchk GET /readyz
        frontend reviews
          bind 127.0.0.1:{port}
          default_backend guards
        backend guards
          balance roundrobin
          default-server inter 200ms fall 1 rise 1
        {string.Join('\n', places.Select((place, i) => $"  server guard-{i} 127.0.0.1:{place.Reviews} check port {place.Health}"))}

        """;

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
