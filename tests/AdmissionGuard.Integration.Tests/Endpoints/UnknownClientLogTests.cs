using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Endpoints;

/// <summary>What strangers can make the guard write: as good as nothing, however often they do it.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class UnknownClientLogTests : IAsyncLifetime
{
    private const int Times = 40;

    private RunningGuard _guard = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _guard = await RunningGuard.StartAsync();

    public ValueTask DisposeAsync() => _guard.DisposeAsync();

    [Theory]
    // Within the first part of a body, and beyond it.
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_connection_that_is_reset_in_the_middle_of_a_body_is_no_error_and_one_line_at_the_most(int sent)
    {
        for (var time = 0; time < Times; time++)
        {
            var connection = await RawConnection.OpenAsync(_guard.Reviews);
            await connection.SendAsync(
                $"POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{new string(' ', sent)}");
            connection.Reset();
        }

        await AllClosedAsync();
        Assert.InRange(_guard.Log.Take().Length, 0, 1);
        Assert.Empty(_guard.Log.TakeFrameworks());
        Assert.Equal(0, await _guard.SumAsync("admissionguard_reviews_unanswerable_total", "code=\"500\""));
    }

    [Fact]
    public async Task A_connection_that_is_reset_before_its_answer_is_neither_an_error_nor_a_line()
    {
        var review = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).ToJsonString();
        for (var time = 0; time < Times; time++)
        {
            var connection = await RawConnection.OpenAsync(_guard.Reviews);
            await connection.SendAsync(
                $"POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(review)}\r\n\r\n{review}");
            connection.Reset();
        }

        await AllClosedAsync();
        Assert.Empty(_guard.Log.Take());
        Assert.Empty(_guard.Log.TakeFrameworks());
    }

    [Theory]
    [InlineData("no TLS at all", "GET / HTTP/1.1\r\n\r\n", false)]
    [InlineData("half a handshake", "\u0016\u0003\u0001", false)]
    [InlineData("no HTTP", "\u0000\u0001\u0002\r\n\r\n", true)]
    [InlineData("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", true)]
    [InlineData("half a request line", "POST /validate", true)]
    [InlineData(
        "a chunk of no length",
        "POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        true)]
    [InlineData(
        "two lengths",
        "POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n  ",
        true)]
    [InlineData("no length", "POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\n\r\n", true)]
    [InlineData("an upgrade", "GET / HTTP/1.1\r\nHost: guard\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", true)]
    [InlineData(
        "a body that ends early",
        "POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{",
        true)]
    [InlineData(
        "a review of a Pod",
        """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE"}}""",
        true)]
    public async Task Whatever_is_sent_takes_one_line_at_the_most(string what, string text, bool isByTls)
    {
        text = text.StartsWith('{')
            ? $"POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\n\r\n{text}"
            : text;
        foreach (var server in isByTls ? (Uri[])[_guard.Reviews] : [_guard.Reviews, _guard.Health])
        {
            for (var time = 0; time < Times; time++)
            {
                await SendAsync(server, text, isByTls);
            }
        }

        await AllClosedAsync();
        Assert.True(_guard.Log.Take().Length <= 1, what);
        Assert.Empty(_guard.Log.TakeFrameworks());
    }

    // Sends, says that this is all, and waits until the guard closes it.
    private static async Task SendAsync(Uri server, string text, bool isByTls)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port, Cancellation);
        try
        {
            await using var stream = isByTls ? await HandshakeAsync(tcp) : tcp.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), Cancellation);
            tcp.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Closed in the middle of it.
        }
    }

    private static async Task<Stream> HandshakeAsync(TcpClient tcp)
    {
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("guard");
        return tls;
    }

    private Task AllClosedAsync() => Poll.UntilAsync(
        "the connections to be closed",
        TimeSpan.FromMinutes(1),
        async () => await _guard.SumAsync("admissionguard_connections", "listener=\"reviews\"") == 0,
        Cancellation);
}
