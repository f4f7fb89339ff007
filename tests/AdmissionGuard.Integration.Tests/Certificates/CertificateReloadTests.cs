using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using AdmissionGuard.Server.Certificates;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Integration.Tests.Certificates;

/// <summary>The certificate's files change while the guard runs.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class CertificateReloadTests : IAsyncLifetime
{
    private readonly MountedFiles _files = new();
    private readonly TestCertificate _authority = TestCertificate.SelfSigned(CertificateSpec.Authority("test authority"));
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private TestCertificate _first = null!;
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _first = Serving();
        await MountAsync(_first.Pem, _first.KeyPem);
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
        _files.Dispose();
    }

    [Fact]
    public async Task A_pair_that_kubelet_swaps_in_is_served_and_a_connection_that_was_open_stays_open()
    {
        await using var open = await RawConnection.OpenAsync(_guard.Reviews);
        Assert.Equal(_first.Certificate.SerialNumber, await ServedAsync());
        var second = Serving(until: _time.GetUtcNow().AddDays(10));

        await MountAsync(second.Pem, second.KeyPem);
        await UntilAsync(valid: 1, applied: 1, refused: 0);

        Assert.Equal(second.Certificate.SerialNumber, await ServedAsync());
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

        Assert.Equal(_first.Certificate.SerialNumber, await ServedAsync());
        Assert.Equal("ok", await _guard.GetAsync("readyz"));
        Assert.StartsWith("[!]certificate degraded: the certificate valid until ", await CertificateLineAsync(), StringComparison.Ordinal);
        Assert.Contains("the previous one remains in use", Assert.Single(_guard.Log.Take()), StringComparison.Ordinal);

        var good = Serving();
        await MountAsync(good.Pem, good.KeyPem);
        await UntilAsync(valid: 1, applied: 1, refused: 1);
        Assert.Equal(good.Certificate.SerialNumber, await ServedAsync());
        Assert.Equal("[+]certificate ok", await CertificateLineAsync());
    }

    [Fact]
    public async Task A_pair_that_is_not_valid_yet_is_served_once_it_is()
    {
        var next = Serving(from: _time.GetUtcNow().AddHours(1));
        await MountAsync(next.Pem, next.KeyPem);
        await UntilAsync(valid: 0, applied: 0, refused: 1);
        Assert.Equal(_first.Certificate.SerialNumber, await ServedAsync());

        _time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(valid: 1, applied: 1, refused: 1);

        Assert.Equal(next.Certificate.SerialNumber, await ServedAsync());
    }

    [Fact]
    public async Task Once_the_one_that_is_served_has_expired_the_guard_says_so_once_and_is_unready_and_alive_until_another_comes()
    {
        var shortLived = Serving(until: _time.GetUtcNow().AddMinutes(10));
        await MountAsync(shortLived.Pem, shortLived.KeyPem);
        await UntilAsync(valid: 1, applied: 1, refused: 0);
        _time.Advance(TimeSpan.FromMinutes(10));

        using var ready = await _guard.Http.GetAsync(new Uri(_guard.Health, "readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("ok", await _guard.GetAsync("livez"));
        Assert.Equal(0, await _guard.SumAsync("admissionguard_certificate_valid"));

        var renewed = Serving(until: _time.GetUtcNow().AddDays(5));
        await MountAsync(renewed.Pem, renewed.KeyPem);
        await UntilAsync(valid: 1, applied: 2, refused: 0);
        Assert.Equal("ok", await _guard.GetAsync("readyz"));
        Assert.Single(_guard.Log.Take(), line => line.Contains("the serving certificate has expired", StringComparison.Ordinal));
    }

    /// <summary>Issues a serving certificate, by default one that is valid now.</summary>
    private TestCertificate Serving(DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return _authority.Issue(CertificateSpec.Loopback with
        {
            From = from - now ?? TimeSpan.FromDays(-20),
            To = until - now ?? TimeSpan.FromDays(20),
        });
    }

    private Task MountAsync(string certificate, string key) => _files.MountAsync(("tls.crt", certificate), ("tls.key", key));

    private Task BreakAsync(string bad)
    {
        var (good, other) = (Serving(), Serving());
        var (expired, future) = (Serving(
            until: _time.GetUtcNow().AddHours(-1)), Serving(from: _time.GetUtcNow().AddHours(1)));
        return bad switch
        {
            "half a certificate" => MountAsync(good.Pem[..(good.Pem.Length / 2)], good.KeyPem),
            "half a chain" => MountAsync($"{good.Pem}\n{_authority.Pem[..^50]}", good.KeyPem),
            "half a key" => MountAsync(good.Pem, good.KeyPem[..(good.KeyPem.Length / 2)]),
            "another's key" => MountAsync(good.Pem, other.KeyPem),
            "a key alone" => MountAsync("", good.KeyPem),
            "a certificate alone" => MountAsync(good.Pem, ""),
            "no PEM" => MountAsync("certificate", "key"),
            "empty files" => MountAsync("", ""),
            "no files" => _files.MountAsync(),
            // Good but for its length.
            "a file that is too long" => MountAsync(good.Pem + new string('\n', 1 << 20), good.KeyPem),
            "an expired one" => MountAsync(expired.Pem, expired.KeyPem),
            "one that is not valid yet" => MountAsync(future.Pem, future.KeyPem),
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
