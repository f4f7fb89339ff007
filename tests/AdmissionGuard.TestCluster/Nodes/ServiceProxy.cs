using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AdmissionGuard.TestCluster.Nodes;

/// <summary>
/// Stands in for kube-proxy, for the API server's own connections: it sends each as <c>CONNECT clusterIP:port</c>, which goes to a ready
/// endpoint of the Service with that address. Without one the connection is refused, as kube-proxy refuses it.
/// </summary>
/// <remarks>
/// The endpoints are those of Kubernetes' own controller. A connection ends when its pod is no longer an endpoint, as an idle one would:
/// what was broken shows at once.
/// Source: Kubernetes, <c>apiserver/pkg/server/egressselector</c>, protocol HTTPConnect over a Unix socket.
/// </remarks>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();
    private static readonly byte[] Refused = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly ControlPlane _plane;
    private readonly Func<string?, int, int?> _localPort;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Connection> _open = [];
    private readonly Lock _lock = new();
    private readonly Task _running;

    /// <summary>Begins to listen.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="localPort">The port of this machine behind a pod's address and port; <see langword="null"/> if there is none.</param>
    public ServiceProxy(ControlPlane plane, Func<string?, int, int?> localPort)
    {
        (_plane, _localPort, Socket) = (plane, localPort, Path.Combine(plane.Folder, "services.sock"));
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _running = Task.Run(ListenAsync);
    }

    /// <summary>Where it listens.</summary>
    public string Socket { get; }

    /// <summary>Closes the connections to pods that are no longer ready endpoints of their Service.</summary>
    public async Task CloseUnselectedAsync()
    {
        List<Connection> open;
        lock (_lock)
        {
            open = [.. _open];
        }

        foreach (var target in open.GroupBy(each => each.Target))
        {
            var endpoints = await EndpointsAsync(target.Key);
            foreach (var connection in target.Where(each => !endpoints.Contains(each.Endpoint)))
            {
                connection.Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        lock (_lock)
        {
            foreach (var connection in _open)
            {
                connection.Close();
            }
        }

        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await using var from = new NetworkStream(client);
                var target = await TargetAsync(from);
                var endpoints = await EndpointsAsync(target);
                var endpoint = endpoints.ElementAtOrDefault(Random.Shared.Next(endpoints.Count));
                if (_localPort(endpoint.Address, endpoint.Port) is not { } port)
                {
                    await from.WriteAsync(Refused, _stop.Token);
                    return;
                }

                using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await server.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
                await from.WriteAsync(Established, _stop.Token);
                await using var to = new NetworkStream(server);
                await CopyAsync(new Connection(target, endpoint, client, server), from, to);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or HttpRequestException
                or InvalidOperationException or ObjectDisposedException)
            {
                // The API server sees a closed connection.
            }
        }
    }

    private async Task CopyAsync(Connection connection, NetworkStream from, NetworkStream to)
    {
        lock (_lock)
        {
            _open.Add(connection);
        }

        try
        {
            await Task.WhenAny(from.CopyToAsync(to, _stop.Token), to.CopyToAsync(from, _stop.Token));
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(connection);
            }

            connection.Close();
        }
    }

    /// <summary>Reads the head of the request, and no byte more: what follows belongs to the connection.</summary>
    private async Task<string> TargetAsync(NetworkStream from)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await from.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString().Split(' ')[1];
    }

    /// <summary>The ready endpoints behind an address and port of a Service.</summary>
    private async Task<List<(string Address, int Port)>> EndpointsAsync(string target)
    {
        var (address, number) = (target[..target.LastIndexOf(':')], target[(target.LastIndexOf(':') + 1)..]);
        var services = (await _plane.AdminApi.SendAsync(HttpMethod.Get, "/api/v1/services")).Ok()["items"]!.AsArray();
        var service = services.FirstOrDefault(each => (string?)each!["spec"]!["clusterIP"] == address);
        if ((service?["spec"]!["ports"]?.AsArray() ?? []).FirstOrDefault(each => each!["port"]!.ToString() == number) is not { } port)
        {
            return [];
        }

        var answer = await _plane.AdminApi.SendAsync(
            HttpMethod.Get, $"/api/v1/namespaces/{service!["metadata"]!["namespace"]}/endpoints/{service["metadata"]!["name"]}");
        return !answer.IsOk ? [] : [
            .. from subset in answer.Object["subsets"]?.AsArray() ?? []
               from at in subset["ports"]?.AsArray() ?? []
               where (string?)at["name"] == (string?)port["name"]
               from ready in subset["addresses"]?.AsArray() ?? []
               select ((string)ready["ip"]!, (int)at["port"]!),
        ];
    }

    private sealed record Connection(string Target, (string Address, int Port) Endpoint, Socket Client, Socket Server)
    {
        public void Close()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
