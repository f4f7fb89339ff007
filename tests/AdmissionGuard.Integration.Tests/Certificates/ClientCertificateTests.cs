using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AdmissionGuard.Server.Certificates;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Integration.Tests.Certificates;

/// <summary>The guard talks to who shows a certificate of one authority, and of a name that was said.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private readonly MountedFiles _files = new();
    // Of one name, as an authority that was created again.
    private static readonly CertificateSpec Authority = CertificateSpec.Authority("test authority");

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TestCertificate _authority = TestCertificate.SelfSigned(Authority);
    private readonly TestCertificate _other = TestCertificate.SelfSigned(Authority);
    private StubApiServer _api = null!;

    public async ValueTask InitializeAsync() => _api = await StubApiServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("the right name", true)]
    [InlineData("the right name among the DNS names", true)]
    [InlineData("another name", false)]
    [InlineData("the right name, of another authority", false)]
    [InlineData("the right name, to serve only", false)]
    [InlineData("the right name, without a use", false)]
    [InlineData("the right name, for any use", false)]
    [InlineData("the right name, beside DNS names that can't be read", false)]
    [InlineData("the authority's own certificate", false)]
    [InlineData("the right name, expired", false)]
    [InlineData("none", false)]
    public async Task Who_shows(string what, bool isLetIn)
    {
        await using var guard = await StartAsync("kube-apiserver", "apiserver.example.com");
        var certificate = what switch
        {
            "the right name" => _authority.Issue(Client("kube-apiserver")),
            "the right name among the DNS names" => _authority.Issue(Client("any", "dns:apiserver.example.com")),
            "another name" => _authority.Issue(Client("kubelet", "dns:kube-apiserver.example.com")),
            "the right name, of another authority" => _other.Issue(Client("kube-apiserver")),
            "the right name, to serve only" => _authority.Issue(Client("kube-apiserver") with { Usages = [CertificateSpec.ServerAuth] }),
            "the right name, without a use" => _authority.Issue(Client("kube-apiserver") with { Usages = [] }),
            "the right name, for any use" => _authority.Issue(Client("kube-apiserver") with { Usages = [CertificateSpec.AnyUsage] }),
            "the right name, beside DNS names that can't be read" =>
                _authority.Issue(Client("kube-apiserver") with { HasUnreadableNames = true }),
            "the authority's own certificate" => _authority,
            "the right name, expired" =>
                _authority.Issue(Client("kube-apiserver") with { To = TimeSpan.FromDays(-1) }),
            _ => null,
        };

        Assert.Equal(isLetIn, await IsLetInAsync(guard, certificate));
        Assert.Empty(guard.Log.TakeFrameworks());
        // Probes bring no certificate.
        Assert.Equal("ok", await guard.GetAsync("readyz"));
    }

    [Fact]
    public async Task Without_names_whoever_has_a_certificate_of_the_authority_is_let_in()
    {
        await using var guard = await StartAsync();
        var any = _authority.Issue(Client("any"));
        var other = _other.Issue(Client("any"));

        Assert.True(await IsLetInAsync(guard, any));
        Assert.False(await IsLetInAsync(guard, other));
    }

    [Fact]
    public async Task An_authority_that_is_swapped_counts_for_the_next_connection_and_one_that_can_t_be_used_does_not()
    {
        await using var guard = await StartAsync();
        var old = _authority.Issue(Client("kube-apiserver"));
        var next = _other.Issue(Client("kube-apiserver"));

        foreach (var (half, refused) in new[] { (_other.Pem[..^50], 1), ($"{_other.Pem}\n{_authority.Pem[..^50]}", 2) })
        {
            await _files.MountAsync(("ca.crt", half));
            await UntilAsync(guard, "refused", refused);
            Assert.Contains(
                "the client certificate authority can't be loaded", await guard.GetAsync("readyz?verbose"), StringComparison.Ordinal);
            Assert.Equal((true, false), (await IsLetInAsync(guard, old), await IsLetInAsync(guard, next)));
        }

        await _files.MountAsync(("ca.crt", $"{_authority.Pem}\n{_other.Pem}"));
        await UntilAsync(guard, "applied");
        Assert.Equal((true, true), (await IsLetInAsync(guard, old), await IsLetInAsync(guard, next)));

        await _files.MountAsync(("ca.crt", _other.Pem));
        await UntilAsync(guard, "applied", 2);
        Assert.Equal((false, true), (await IsLetInAsync(guard, old), await IsLetInAsync(guard, next)));
    }

    [Fact]
    public async Task Who_is_refused_is_counted_each_time_and_told_now_and_then_in_bounded_words()
    {
        await using var guard = await StartAsync("kube-apiserver");
        guard.Log.Take();
        var let = _authority.Issue(Client("kube-apiserver"));
        var stranger = _other.Issue(Client("kube-apiserver"));
        var named = _authority.Issue(
            Client("a\u0007" + new string('b', 61), $"dns:{new string('c', 60)}.{new string('d', 60)}"));

        Assert.True(await IsLetInAsync(guard, let));
        foreach (var (certificate, count) in new[] { (named, 3), (null, 1), (stranger, 2) })
        {
            for (var time = 0; time < count; time++)
            {
                await ConnectAsync(guard, certificate);
            }
        }

        Assert.Equal(
            (1, 2, 3), (await RefusedAsync(guard, "none"), await RefusedAsync(guard, "authority"), await RefusedAsync(guard, "name")));
        var told = Assert.Single(guard.Log.Take());
        Assert.StartsWith("Client 127.0.0.1 refused (name): its certificate is for \"ccc", told, StringComparison.Ordinal);
        Assert.DoesNotContain(told, char.IsControl);
        Assert.InRange(told.Length, 100, 300);

        _time.Advance(TimeSpan.FromSeconds(10));
        await ConnectAsync(guard, null);
        Assert.Equal("Client 127.0.0.1 refused (none): it presented no certificate; repetitions are not logged for 10 s", Assert.Single(guard.Log.Take()));
    }

    private static CertificateSpec Client(string name, params string[] names) =>
        new(name) { Usages = [CertificateSpec.ClientAuth], Names = ["127.0.0.1", .. names], From = TimeSpan.FromDays(-20) };

    private static Task<double> RefusedAsync(RunningGuard guard, string why) =>
        guard.SumAsync("admissionguard_client_certificates_refused_total", $"why=\"{why}\"");

    private async Task<RunningGuard> StartAsync(params string[] names)
    {
        await _files.MountAsync(("ca.crt", _authority.Pem));
        var guard = await RunningGuard.StartAsync(
            _api.Url,
            time: _time,
            options: standard => standard with
            {
                Certificates = standard.Certificates with { ClientCa = _files["ca.crt"], ClientNames = [.. names] },
            });
        await guard.UntilReadyAsync();
        return guard;
    }

    private Task UntilAsync(RunningGuard guard, string outcome, int count = 1) => Poll.UntilAsync(
        $"{outcome} {count}",
        TimeSpan.FromSeconds(30),
        async () =>
        {
            _time.Advance(CertificateRefresher.Period);
            return await guard.SumAsync("admissionguard_certificate_reloads_total", outcome) == count;
        },
        TestContext.Current.CancellationToken);

    // Once, until the guard closes it: an HttpClient tries again by itself.
    private static async Task ConnectAsync(RunningGuard guard, TestCertificate? certificate)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(guard.Reviews.Host, guard.Reviews.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(
            tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true, (_, _, _, _, _) => certificate?.Certificate!);
        try
        {
            await tls.AuthenticateAsClientAsync("admissionguard");
            Assert.Equal(0, await tls.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Refused, as it is to be.
        }
    }

    private static async Task<bool> IsLetInAsync(RunningGuard guard, TestCertificate? certificate)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Certificate;
        }

        using var http = new HttpClient(handler);
        try
        {
            using var answer = await http.GetAsync(new Uri(guard.Reviews, "nothing"), TestContext.Current.CancellationToken);
            return answer.StatusCode is HttpStatusCode.NotFound;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
