using System.Net.Sockets;
using System.Text;

namespace AdmissionGuard.TestCluster;

/// <summary>
/// Stands in for kube-proxy: the API server asks it, with HTTP CONNECT over a socket of the machine, for each connection to a Service.
/// </summary>
public sealed class ServiceProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    /// <summary>Listens from now on.</summary>
    public ServiceProxy()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>The socket's file.</summary>
    public string Socket => Path.Combine(_folder.FullName, "services.sock");

    /// <summary>The port on this machine where the Service's ready pod listens; <see langword="null"/> while there is none.</summary>
    public int? Port { get; set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _folder.Delete(recursive: true);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptAsync(_end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            await using var client = new NetworkStream(accepted, ownsSocket: true);
            await ReadRequestAsync(client);
            if (Port is not { } port)
            {
                await client.WriteAsync("HTTP/1.1 503 No endpoints\r\n\r\n"u8.ToArray(), _end.Token);
                return;
            }

            using var pod = new TcpClient();
            await pod.ConnectAsync("127.0.0.1", port, _end.Token);
            await client.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), _end.Token);
            await using var stream = pod.GetStream();
            await Task.WhenAny(client.CopyToAsync(stream, _end.Token), stream.CopyToAsync(client, _end.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // As when a pod ends: the connection is closed.
        }
    }

    // The API server sends nothing more before it has the answer.
    private async Task ReadRequestAsync(NetworkStream client)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await client.ReadAsync(buffer, _end.Token);
            if (count == 0)
            {
                throw new IOException("the request ended early");
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
    }
}
