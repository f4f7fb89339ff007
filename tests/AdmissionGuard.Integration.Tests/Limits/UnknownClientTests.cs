using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using AdmissionGuard.Server.Limits;
using Microsoft.Extensions.Time.Testing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Limits;

/// <summary>
/// A client that reaches the port and stalls does not delay others. Unknown clients and the API server have different loopback addresses.
/// </summary>
[Collection(OneGuardAtATime.Name)]
public sealed class UnknownClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentBag<IAsyncDisposable> _open = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => CloseAsync();

    // Before the guard, which would wait for them.
    private async ValueTask CloseAsync()
    {
        foreach (var connection in _open)
        {
            await connection.DisposeAsync();
        }
    }

    [Theory]
    // One address has a quarter of the connections at the most; five use them all up.
    [InlineData(ServerLimits.DefaultConnections, 1, 1000)]
    [InlineData(100, 5, 60)]
    public async Task A_thousand_connections_that_stall_keep_no_review_of_another_address_from_its_answer(
        int mostConnections, int addresses, int connectionsOfEach)
    {
        await using var guard = await RunningGuard.StartAsync(options: options => options with { Limits = new() { MaxConnections = mostConnections } });
        using var stop = new CancellationTokenSource();

        var served = ServeAsync(guard, stop.Token);
        await Parallel.ForEachAsync(
            from number in Enumerable.Range(
                0, connectionsOfEach) from address in Enumerable.Range(0, addresses) select (Address(address), number),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancellation },
            async (stranger, _) => await StallAsync(guard.Reviews, stranger.Item1, (Stall)(stranger.number % 5)));
        var before = served.Item2();
        await Poll.UntilAsync(
            "twenty more reviews to be answered",
            Limit,
            () => Task.FromResult(served.Item2() >= before + 20 || served.Item1.IsCompleted),
            Cancellation);
        await stop.CancelAsync();

        // Each of them was answered with 200, or this throws.
        await served.Item1;
        Assert.InRange(await guard.SumAsync("admissionguard_connections", "listener=\"reviews\""), 1, mostConnections);
        Assert.True(
            await guard.SumAsync(
                "admissionguard_connections_closed_total", "listener=\"reviews\"") >= (addresses * connectionsOfEach) - mostConnections,
            "those that stall were closed");
        Assert.Single(guard.Log.Take(), line => line.Contains("Too many connections for reviews: one from 127.0.0.", StringComparison.Ordinal));
        Assert.Equal("", string.Concat(guard.Log.TakeFrameworks()));
        await CloseAsync();
    }

    [Fact]
    public async Task Probes_are_answered_while_unknown_clients_stall_on_the_health_port()
    {
        await using var guard = await RunningGuard.StartAsync();

        await Parallel.ForEachAsync(Enumerable.Range(0, 3 * ServerLimits.HealthConnections), Cancellation, async (number, _) =>
            await StallAsync(guard.Health, Address(number % 5), number % 2 == 0 ? Stall.Connected : Stall.GarbageSent));

        using var http = new HttpClient();
        for (var time = 0; time < 20; time++)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri(guard.Health, "livez")) { Headers = { ConnectionClose = true } };
            using var answer = await http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await CloseAsync();
    }

    [Theory]
    // All of it is held by others; or its own share is, by somebody behind the same address, and stalls for a second.
    [InlineData(3, 2, false)]
    [InlineData(1, 1, true)]
    public async Task A_review_of_the_largest_size_finds_room_whatever_stalls_in_the_middle_of_a_body(
        int strangers, int first, bool isOwnAddress)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var guard = await RunningGuard.StartAsync(time: time);
        var bytes = ReviewLimits.MaxBodyBytes - 1000;
        for (var stranger = 0; stranger < strangers; stranger++)
        {
            await UploadAsync(guard, isOwnAddress ? IPAddress.Loopback : Address(stranger + first), bytes);
        }

        await Poll.UntilAsync(
            "the bodies to arrive",
            Limit,
            async () => await guard.SumAsync("admissionguard_request_body_held_bytes") >= (long)strangers * bytes,
            Cancellation);
        time.Advance(isOwnAddress ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
        var old = Namespace("oil", "oil=u1");
        // Not in its metadata, of which no API server stores as much.
        old["spec"] = new JsonObject { ["large"] = new string('x', ReviewLimits.MaxBodyBytes - 10_000) };

        Assert.True((bool?)(await guard.AskAsync("validate", Update(old, Namespace("oil", "oil=u1"))))["allowed"]);
        Assert.Equal(1, await guard.SumAsync("admissionguard_reviews_shed_total", "why=\"memory\""));
        await CloseAsync();
    }

    [Fact]
    public async Task Beyond_the_share_of_an_address_a_body_is_told_429_and_Retry_After_and_an_ordinary_review_is_answered()
    {
        // Its clock stands: whatever arrives is young.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var guard = await RunningGuard.StartAsync(time: time);
        await UploadAsync(guard, IPAddress.Loopback, ReviewLimits.MaxBodyBytes - 1000);
        await Poll.UntilAsync(
            "the body to arrive",
            Limit,
            async () => await guard.SumAsync("admissionguard_request_body_held_bytes") >= ReviewLimits.MaxBodyBytes - 1000,
            Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(1));

        for (var count = 1; count <= 3; count++)
        {
            using var shed = await guard.PostAsync("mutate", new byte[1024 * 1024]);
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (shed.StatusCode, shed.Headers.RetryAfter?.Delta));
            Assert.Equal("application/json", shed.Content.Headers.ContentType?.MediaType);
            Assert.Contains("\"reason\":\"TooManyRequests\"", await shed.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            Assert.Equal(count, await guard.SumAsync("admissionguard_reviews_shed_total", "endpoint=\"mutate\"", "why=\"memory\""));
        }

        Assert.True((bool?)(await guard.AskAsync("validate", Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1"))))["allowed"]);
        Assert.Contains("no memory for the request body", Assert.Single(guard.Log.Take()), StringComparison.Ordinal);
        await CloseAsync();
    }

    [Fact]
    public async Task A_body_that_is_not_there_after_ten_seconds_is_told_408()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var guard = await RunningGuard.StartAsync(time: time);
        var upload = await UploadAsync(guard, IPAddress.Loopback, 100_000);
        await Poll.UntilAsync(
            "the body to arrive", Limit, async () => await guard.SumAsync("admissionguard_request_body_held_bytes") > 0, Cancellation);

        time.Advance(ServerLimits.BodyTime);

        Assert.StartsWith("HTTP/1.1 408", await upload.ReadStatusLineAsync(), StringComparison.Ordinal);
        await Poll.UntilAsync(
            "its bytes to be let go", Limit, async () => await guard.SumAsync("admissionguard_request_body_held_bytes") == 0, Cancellation);
        Assert.Contains("answered 408", Assert.Single(guard.Log.Take()), StringComparison.Ordinal);
        await CloseAsync();
    }

    [Fact]
    public async Task A_body_that_arrives_more_slowly_than_64_KiB_a_second_is_told_408()
    {
        await using var guard = await RunningGuard.StartAsync();
        var upload = await UploadAsync(guard, IPAddress.Loopback, 100);

        // Kestrel's own clock: it takes as long as it takes.
        Assert.StartsWith("HTTP/1.1 408", await upload.ReadStatusLineAsync().WaitAsync(Limit, Cancellation), StringComparison.Ordinal);
        await CloseAsync();
    }

    [Fact]
    public async Task Headers_of_more_than_8_KiB_are_refused()
    {
        await using var guard = await RunningGuard.StartAsync();
        await using var headers = await RawConnection.OpenAsync(guard.Reviews);
        await using var line = await RawConnection.OpenAsync(guard.Reviews);

        await headers.SendAsync($"POST /validate HTTP/1.1\r\nHost: guard\r\nX: {new string('x', ServerLimits.HeaderBytes)}\r\n\r\n");
        await line.SendAsync($"POST /{new string('x', ServerLimits.HeaderBytes)} HTTP/1.1\r\nHost: guard\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431", await headers.ReadStatusLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414", await line.ReadStatusLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_2_is_not_spoken_and_who_offers_both_gets_HTTP_1_1()
    {
        await using var guard = await RunningGuard.StartAsync();

        using var tcp = new TcpClient();
        await tcp.ConnectAsync(guard.Reviews.Host, guard.Reviews.Port, Cancellation);
        await using var both = new SslStream(tcp.GetStream());
        await both.AuthenticateAsClientAsync(Offering(SslApplicationProtocol.Http2, SslApplicationProtocol.Http11), Cancellation);
        Assert.Equal(SslApplicationProtocol.Http11, both.NegotiatedApplicationProtocol);

        using var other = new TcpClient();
        await other.ConnectAsync(guard.Reviews.Host, guard.Reviews.Port, Cancellation);
        await using var alone = new SslStream(other.GetStream());
        await Assert.ThrowsAnyAsync<AuthenticationException>(
            () => alone.AuthenticateAsClientAsync(Offering(SslApplicationProtocol.Http2), Cancellation));
    }

    /// <summary>How far a connection comes before it stalls.</summary>
    private enum Stall
    {
        Connected,
        GarbageSent,
        HandshakeMade,
        HeadersBegun,
        BodyBegun,
    }

    private static SslClientAuthenticationOptions Offering(params List<SslApplicationProtocol> protocols) =>
        new() { ApplicationProtocols = protocols, TargetHost = "guard", RemoteCertificateValidationCallback = (_, _, _, _) => true };

    private static IPAddress Address(int number) => new([127, 0, 0, (byte)(number + 2)]);

    /// <summary>Posts reviews, one after the other, each other one on a connection of its own.</summary>
    private static (Task Ended, Func<int> Count) ServeAsync(RunningGuard guard, CancellationToken stop)
    {
        var count = 0;
        return (PostAsync(), () => Volatile.Read(ref count));

        async Task PostAsync()
        {
            var review = Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes();
            while (!stop.IsCancellationRequested)
            {
                using var request = new HttpRequestMessage(
                    HttpMethod.Post, new Uri(guard.Reviews, "validate")) { Content = RunningGuard.Json(review) };
                request.Headers.ConnectionClose = count % 2 == 0;
                using var answer = await guard.Http.SendAsync(request, Cancellation);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Interlocked.Increment(ref count);
            }
        }
    }

    private async Task StallAsync(Uri server, IPAddress from, Stall stall)
    {
        try
        {
            if (stall is Stall.Connected or Stall.GarbageSent)
            {
                var tcp = new TcpClient(new IPEndPoint(from, 0));
                _open.Add(new Closing(tcp));
                await tcp.ConnectAsync(server.Host, server.Port, Cancellation);
                // The beginning of a handshake, and of nothing that is HTTP.
                await tcp.GetStream().WriteAsync(stall is Stall.GarbageSent ? (byte[])[0x16, 0x03] : [], Cancellation);
                return;
            }

            var connection = await RawConnection.OpenAsync(server, from);
            _open.Add(connection);
            if (stall is Stall.HeadersBegun or Stall.BodyBegun)
            {
                await connection.SendAsync("POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\n");
            }

            if (stall is Stall.BodyBegun)
            {
                await connection.SendAsync($"Content-Length: 1000000\r\n\r\n{new string(' ', 50_000)}");
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // Closed to make room for another one, as it is to be.
        }
    }

    private async Task<RawConnection> UploadAsync(RunningGuard guard, IPAddress from, int bytes)
    {
        var connection = await RawConnection.OpenAsync(guard.Reviews, from);
        _open.Add(connection);
        await connection.SendAsync(
            $"POST /validate HTTP/1.1\r\nHost: guard\r\nContent-Type: application/json\r\nContent-Length: {bytes + 1}\r\n\r\n");
        var spaces = new string(' ', Math.Min(bytes, 1024 * 1024));
        for (var left = bytes; left > 0; left -= spaces.Length)
        {
            await connection.SendAsync(left < spaces.Length ? spaces[..left] : spaces);
        }

        return connection;
    }

    private sealed class Closing(TcpClient tcp) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            tcp.Dispose();
            return default;
        }
    }
}
