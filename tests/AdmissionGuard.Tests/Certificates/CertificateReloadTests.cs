using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.TestCluster;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Certificates;

/// <summary>The certificate's files change while the guard runs.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class CertificateReloadTests : IAsyncLifetime
{
    private readonly MountedFiles _files = new();
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private PemPair _first = null!;
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _first = _authority.Serving();
        await MountAsync(_first.Certificate, _first.Key);
        _api = await StubApiServer.StartAsync();
        _guard = await RunningGuard.StartAsync(
            _api.Url,
            time: _time,
            options: standard => standard with
            {
                Certificates = standard.Certificates with { CertificateFile = _files["tls.crt"], KeyFile = _files["tls.key"] },
            });
        await _guard.UntilReadyAsync();
        _guard.Log.Take();
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task A_pair_that_kubelet_swaps_in_is_served_and_a_connection_that_was_open_stays_open()
    {
        await using var open = await RawConnection.OpenAsync(_guard.Reviews);
        Assert.Equal(_first.Serial, await ServedAsync());
        var second = _authority.Serving(until: _time.GetUtcNow().AddDays(10));

        await MountAsync(second.Certificate, second.Key);
        await UntilAsync(valid: 1, applied: 1, refused: 0);

        Assert.Equal(second.Serial, await ServedAsync());
        Assert.Equal("[+]certificate ok", await CertificateLineAsync());
        Assert.Equal(
            _time.GetUtcNow().AddDays(10).ToUnixTimeSeconds(),
            await _guard.SumAsync("admissionguard_certificate_not_after_timestamp_seconds"),
            5.0);
        for (var request = 0; request < 2; request++)
        {
            await open.SendAsync("GET /nothing HTTP/1.1\r\nHost: guard\r\n\r\n");
            Assert.Equal("HTTP/1.1 404 Not Found", await open.ReadStatusLineAsync());
        }
    }

    [Theory]
    [InlineData("half a certificate")]
    [InlineData("half a chain")]
    [InlineData("half a key")]
    [InlineData("another's key")]
    [InlineData("a key alone")]
    [InlineData("a certificate alone")]
    [InlineData("no PEM")]
    [InlineData("empty files")]
    [InlineData("no files")]
    [InlineData("a file that is too long")]
    [InlineData("an expired one")]
    [InlineData("one that is not valid yet")]
    public async Task A_pair_that_can_t_be_used_is_told_once_and_the_one_before_is_served_until_a_good_one_comes(string bad)
    {
        await BreakAsync(bad);
        await UntilAsync(valid: 0, applied: 0, refused: 1);
        for (var reload = 0; reload < 3; reload++)
        {
            _time.Advance(CertificateRefresher.Period);
        }

        Assert.Equal(_first.Serial, await ServedAsync());
        Assert.Equal("ok", await _guard.GetAsync("readyz"));
        Assert.StartsWith("[!]certificate degraded: the certificate valid until ", await CertificateLineAsync(), StringComparison.Ordinal);
        Assert.Contains("the previous one remains in use", Assert.Single(_guard.Log.Take()), StringComparison.Ordinal);

        var good = _authority.Serving();
        await MountAsync(good.Certificate, good.Key);
        await UntilAsync(valid: 1, applied: 1, refused: 1);
        Assert.Equal(good.Serial, await ServedAsync());
        Assert.Equal("[+]certificate ok", await CertificateLineAsync());
    }

    [Fact]
    public async Task A_pair_that_is_not_valid_yet_is_served_once_it_is()
    {
        var next = _authority.Serving(from: _time.GetUtcNow().AddHours(1));
        await MountAsync(next.Certificate, next.Key);
        await UntilAsync(valid: 0, applied: 0, refused: 1);
        Assert.Equal(_first.Serial, await ServedAsync());

        _time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(valid: 1, applied: 1, refused: 1);

        Assert.Equal(next.Serial, await ServedAsync());
    }

    [Fact]
    public async Task Once_the_one_that_is_served_has_expired_the_guard_says_so_once_and_is_unready_and_alive_until_another_comes()
    {
        var shortLived = _authority.Serving(until: _time.GetUtcNow().AddMinutes(10));
        await MountAsync(shortLived.Certificate, shortLived.Key);
        await UntilAsync(valid: 1, applied: 1, refused: 0);
        _time.Advance(TimeSpan.FromMinutes(10));

        using var ready = await _guard.Http.GetAsync(new Uri(_guard.Health, "readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("ok", await _guard.GetAsync("livez"));
        Assert.Equal(0, await _guard.SumAsync("admissionguard_certificate_valid"));

        var renewed = _authority.Serving(until: _time.GetUtcNow().AddDays(5));
        await MountAsync(renewed.Certificate, renewed.Key);
        await UntilAsync(valid: 1, applied: 2, refused: 0);
        Assert.Equal("ok", await _guard.GetAsync("readyz"));
        Assert.Single(_guard.Log.Take(), line => line.Contains("the serving certificate has expired", StringComparison.Ordinal));
    }

    private Task MountAsync(string certificate, string key) => _files.MountAsync(("tls.crt", certificate), ("tls.key", key));

    private Task BreakAsync(string bad)
    {
        var (good, other) = (_authority.Serving(), _authority.Serving());
        var (expired, future) = (_authority.Serving(
            until: _time.GetUtcNow().AddHours(-1)), _authority.Serving(from: _time.GetUtcNow().AddHours(1)));
        return bad switch
        {
            "half a certificate" => MountAsync(good.Certificate[..(good.Certificate.Length / 2)], good.Key),
            "half a chain" => MountAsync($"{good.Certificate}\n{_authority.Pem[..^50]}", good.Key),
            "half a key" => MountAsync(good.Certificate, good.Key[..(good.Key.Length / 2)]),
            "another's key" => MountAsync(good.Certificate, other.Key),
            "a key alone" => MountAsync("", good.Key),
            "a certificate alone" => MountAsync(good.Certificate, ""),
            "no PEM" => MountAsync("certificate", "key"),
            "empty files" => MountAsync("", ""),
            "no files" => _files.MountAsync(),
            // Good but for its length.
            "a file that is too long" => MountAsync(good.Certificate + new string('\n', 1 << 20), good.Key),
            "an expired one" => MountAsync(expired.Certificate, expired.Key),
            "one that is not valid yet" => MountAsync(future.Certificate, future.Key),
            _ => throw new ArgumentOutOfRangeException(nameof(bad), bad, null),
        };
    }

    private async Task<string> ServedAsync()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(_guard.Reviews.Host, _guard.Reviews.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("admissionguard");
        return tls.RemoteCertificate!.GetSerialNumberString();
    }

    private async Task<string> CertificateLineAsync() => (await _guard.GetAsync("readyz?verbose")).Split('\n')[0];

    private Task UntilAsync(int valid, int applied, int refused) => Poll.UntilAsync(
        $"valid {valid}, applied {applied}, refused {refused}",
        TimeSpan.FromSeconds(30),
        async () =>
        {
            _time.Advance(CertificateRefresher.Period);
            return (valid, applied, refused) == (
                await _guard.SumAsync("admissionguard_certificate_valid"),
                await _guard.SumAsync("admissionguard_certificate_reloads_total", "applied"),
                await _guard.SumAsync("admissionguard_certificate_reloads_total", "refused"));
        },
        TestContext.Current.CancellationToken);
}
