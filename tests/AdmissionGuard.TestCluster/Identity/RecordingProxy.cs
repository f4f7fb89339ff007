using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>
/// A proxy that leads every host to one port of loopback, and remembers which were asked for. It speaks HTTP's CONNECT, by TLS too, and
/// SOCKS5.
/// </summary>
public sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    private RecordingProxy(int target, X509Certificate2? certificate, string? credentials)
    {
        (_target, _certificate, Credentials) = (target, certificate, credentials);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its port of loopback.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The <c>user:password</c> that it asks for; <see langword="null"/> for none.</summary>
    public string? Credentials { get; }

    /// <summary>The hosts and ports that it was asked to connect to.</summary>
    public ConcurrentQueue<string> Targets { get; } = [];

    /// <summary>Starts it.</summary>
    /// <param name="target">The port of loopback that every host stands for.</param>
    /// <param name="certificate">Its certificate, for a proxy that is reached by TLS.</param>
    /// <param name="credentials">The <c>user:password</c> that it asks for.</param>
    /// <returns>The listening proxy.</returns>
    public static RecordingProxy Start(int target, X509Certificate2? certificate = null, string? credentials = null) =>
        new(target, certificate, credentials);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (!_end.IsCancellationRequested)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = await SecureAsync(client.GetStream());
            var first = await ByteAsync(stream);
            if (first is 5 ? await SocksAsync(stream) : await ConnectAsync(stream, first))
            {
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await using var there = server.GetStream();
                await Task.WhenAny(stream.CopyToAsync(there, _end.Token), there.CopyToAsync(stream, _end.Token));
            }
        }
        catch (Exception e) when (e is IOException
            or SocketException
            or OperationCanceledException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client is gone, or did not trust this proxy.
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
        return secure;
    }

    private async Task<bool> ConnectAsync(Stream stream, byte first)
    {
        var head = new StringBuilder().Append((char)first);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)await ByteAsync(stream));
        }

        var words = head.ToString();
        var isKnown = Credentials is null
            || words.Contains($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}\r\n", StringComparison.Ordinal);
        if (isKnown)
        {
            Targets.Enqueue(words.Split(' ')[1]);
        }

        var answer = isKnown
            ? "200 OK\r\n\r\n"
            : "407 Who are you\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}"), _end.Token);
        return isKnown || await ConnectAsync(stream, await ByteAsync(stream));
    }

    // RFC 1928, without and (RFC 1929) with a user name and password.
    private async Task<bool> SocksAsync(Stream stream)
    {
        await BytesAsync(stream, await ByteAsync(stream));
        await stream.WriteAsync(new byte[] { 5, Credentials is null ? (byte)0 : (byte)2 }, _end.Token);
        if (Credentials is not null)
        {
            await ByteAsync(stream);
            var user = Encoding.UTF8.GetString(await BytesAsync(stream, await ByteAsync(stream)));
            var password = Encoding.UTF8.GetString(await BytesAsync(stream, await ByteAsync(stream)));
            var isKnown = $"{user}:{password}" == Credentials;
            await stream.WriteAsync(new byte[] { 1, isKnown ? (byte)0 : (byte)1 }, _end.Token);
            if (!isKnown)
            {
                return false;
            }
        }

        var request = await BytesAsync(stream, 4);
        var host = request[3] switch
        {
            1 => new IPAddress(await BytesAsync(stream, 4)).ToString(),
            4 => $"[{new IPAddress(await BytesAsync(stream, 16))}]",
            _ => Encoding.ASCII.GetString(await BytesAsync(stream, await ByteAsync(stream))),
        };
        var port = await BytesAsync(stream, 2);
        Targets.Enqueue($"{host}:{(port[0] << 8) | port[1]}");
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, _end.Token);
        return true;
    }

    private async Task<byte> ByteAsync(Stream stream) => (await BytesAsync(stream, 1))[0];

    private async Task<byte[]> BytesAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _end.Token);
        return bytes;
    }
}
