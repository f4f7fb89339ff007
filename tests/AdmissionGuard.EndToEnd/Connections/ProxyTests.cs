using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>Which proxy leads to the API server: as with kubectl, whose rules are Go's.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    // Of addresses that nobody can connect to: what does not go to the proxy fails at once.
    private const string Multicast = "239.1.2.3";
    private const string Multicast6 = "[ff05::1:3]";

    private static readonly TestCertificate Authority = TestCertificate.SelfSigned(CertificateSpec.Authority("cluster-ca"));

    private static readonly CertificateCase Certificate = new(Authority.Issue(new CertificateSpec("kube-apiserver")
    {
        Names = ["127.0.0.1", "dns:localhost", "dns:api.example.invalid", "dns:example.invalid", Multicast, Multicast6.Trim('[', ']')],
    }));

    private readonly Client _client = new();
    private RecordingServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _client.Write("ca.crt", Authority.Pem);
        _server = await RecordingServer.StartAsync(Certificate, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("api.example.invalid", "", true)]
    [InlineData("api.example.invalid", "*", false)]
    [InlineData("api.example.invalid", "other.invalid,*", false)]
    [InlineData("api.example.invalid", "example.invalid", false)]
    [InlineData("api.example.invalid", " other.invalid , EXAMPLE.invalid ", false)]
    [InlineData("api.example.invalid", ".example.invalid", false)]
    [InlineData("api.example.invalid", "*.example.invalid", false)]
    [InlineData("api.example.invalid", "ample.invalid", true)]
    [InlineData("api.example.invalid", "api.example.invalid:6443", false)]
    [InlineData("api.example.invalid", "example.invalid:443", true)]
    [InlineData("api.example.invalid", "https://example.invalid", true)]
    [InlineData("example.invalid", ".example.invalid", true)]
    [InlineData("example.invalid", "*.example.invalid", true)]
    [InlineData("example.invalid", ".example.invalid:6443,:6443,[", true)]
    [InlineData(Multicast, "10.0.0.0/8", true)]
    [InlineData(Multicast, Multicast, false)]
    [InlineData(Multicast, "239.1.2.3:6443", false)]
    [InlineData(Multicast, "239.1.2.3:443", true)]
    [InlineData(Multicast, "239.1.0.0/16", false)]
    [InlineData(Multicast, "239.1.2.200/24", false)]
    [InlineData(Multicast, "239.1.2.4/31", true)]
    [InlineData(Multicast, "239.1.,239", true)]
    [InlineData(Multicast, ".1.2.3", true)]
    [InlineData(Multicast6, "ff05::1:3", false)]
    [InlineData(Multicast6, "ff05:0::1:3", false)]
    [InlineData(Multicast6, "[ff05::1:3]:6443", false)]
    [InlineData(Multicast6, "[ff05::1:3]:443", true)]
    [InlineData(Multicast6, "[ff05::1:3]", true)]
    [InlineData(Multicast6, "ff05::/16", false)]
    [InlineData(Multicast6, "ff06::/16,0.0.0.0/0", true)]
    public async Task NO_PROXY_is_read_as_Go_reads_it(string host, string noProxy, bool isProxied)
    {
        await using var proxy = RecordingProxy.Start(_server.Port);
        _client.Environment["HTTPS_PROXY"] = $"http://127.0.0.1:{proxy.Port}";
        _client.Environment["NO_PROXY"] = noProxy;

        await AgreesAsync(proxy, $"https://{host}:6443", isProxied, [$"{host}:6443"]);
    }

    [Theory]
    [InlineData("HTTPS_PROXY=127.0.0.1:PORT", true)]
    [InlineData("https_proxy=http://127.0.0.1:PORT", true)]
    [InlineData("HTTPS_PROXY=http://127.0.0.1:PORT https_proxy=http://127.0.0.1:1", true)]
    [InlineData("HTTPS_PROXY=http://localhost:PORT/path?query", true)]
    [InlineData("HTTPS_PROXY=socks5://127.0.0.1:PORT", true)]
    [InlineData("HTTPS_PROXY=socks5h://127.0.0.1:PORT", true)]
    [InlineData("HTTPS_PROXY=http://127.0.0.1:PORT no_proxy=example.invalid", false)]
    [InlineData("HTTPS_PROXY=http://127.0.0.1:PORT NO_PROXY=other.invalid no_proxy=example.invalid", true)]
    [InlineData("HTTP_PROXY=http://127.0.0.1:PORT", false)]
    [InlineData("ALL_PROXY=http://127.0.0.1:PORT", false)]
    [InlineData("HTTPS_PROXY=http://[127.0.0.1:PORT", false)]
    public async Task The_environment_names_the_proxy_as_it_does_for_Go(string variables, bool isProxied)
    {
        await using var proxy = RecordingProxy.Start(_server.Port);
        foreach (var variable in variables.Replace("PORT", $"{proxy.Port}", StringComparison.Ordinal).Split(' '))
        {
            _client.Environment[variable.Split('=')[0]] = variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..];
        }

        await AgreesAsync(proxy, "https://api.example.invalid:6443", isProxied, ["api.example.invalid:6443"]);
    }

    /// <summary>kubectl takes such a proxy for one of HTTP; what is not supported is refused by name.</summary>
    [Fact]
    public async Task A_proxy_of_an_unsupported_scheme_is_refused_by_name()
    {
        _client.Environment["HTTPS_PROXY"] = "ftp://127.0.0.1:1";

        var answer = await _client.OursAsync("plan", Kubeconfig("https://api.example.invalid:6443"));

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("HTTPS_PROXY", answer.Error, StringComparison.Ordinal);
        Assert.Contains("ftp", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task No_proxy_of_the_environment_leads_to_this_machine(string host)
    {
        await using var proxy = RecordingProxy.Start(_server.Port);
        _client.Environment["HTTPS_PROXY"] = $"http://127.0.0.1:{proxy.Port}";

        await AgreesAsync(proxy, $"https://{host}:{_server.Port}", isProxied: false, [], isReached: true);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task Proxy_url_goes_before_the_environment_and_leads_to_this_machine_too(string scheme)
    {
        await using var proxy = RecordingProxy.Start(_server.Port);
        _client.Environment["HTTPS_PROXY"] = "http://127.0.0.1:1";
        _client.Environment["NO_PROXY"] = "*";

        await AgreesAsync(
            proxy, "https://127.0.0.1:6443", isProxied: true, ["127.0.0.1:6443"], $", proxy-url: '{scheme}://127.0.0.1:{proxy.Port}'");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task A_proxy_is_told_who_asks(string scheme)
    {
        await using var proxy = RecordingProxy.Start(_server.Port, credentials: "user:p@ss");

        await AgreesAsync(
            proxy,
            "https://api.example.invalid:6443",
            isProxied: true,
            ["api.example.invalid:6443"],
            $", proxy-url: '{scheme}://user:p%40ss@127.0.0.1:{proxy.Port}'");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task A_proxy_that_lets_nobody_through_is_named_without_the_password(string scheme)
    {
        await using var proxy = RecordingProxy.Start(_server.Port, credentials: "user:p@ss");
        var options = Kubeconfig("https://api.example.invalid:6443", $", proxy-url: '{scheme}://user:s3cret@127.0.0.1:{proxy.Port}'");

        Assert.NotEqual(0, (await _client.KubectlAsync(options)).ExitCode);
        foreach (var command in Client.Commands)
        {
            var answer = await _client.OursAsync(command, options);
            Assert.Equal(3, answer.ExitCode);
            Assert.Contains(
                $"the API server at https://api.example.invalid:6443 through the proxy {scheme}://127.0.0.1:{proxy.Port} is unreachable",
                answer.Error,
                StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", answer.Error, StringComparison.Ordinal);
        }

        Assert.Empty(proxy.Targets);
    }

    [Theory]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("127.0.0.2", "", false)]
    [InlineData("127.0.0.1", ", tls-server-name: example.invalid", false)]
    [InlineData("dns:example.invalid", ", tls-server-name: example.invalid", true)]
    public async Task A_proxy_that_is_reached_by_TLS_has_to_have_a_certificate_as_if_it_were_the_server(
        string name, string more, bool isProxied)
    {
        var certificate = Authority.Issue(new CertificateSpec("proxy") { Names = [name] });
        await using var proxy = RecordingProxy.Start(_server.Port, certificate.Certificate);

        await AgreesAsync(
            proxy,
            "https://api.example.invalid:6443",
            isProxied,
            ["api.example.invalid:6443"],
            $", proxy-url: 'https://127.0.0.1:{proxy.Port}'{more}");
    }

    [Fact]
    public async Task Serve_goes_through_the_proxy_and_says_so()
    {
        await using var proxy = RecordingProxy.Start(_server.Port, credentials: "user:s3cret");
        _client.Environment["HTTPS_PROXY"] = $"http://user:s3cret@127.0.0.1:{proxy.Port}";

        var serve = await _client.ServeAsync(isReadyAwaited: true, Kubeconfig("https://api.example.invalid:6443"));

        Assert.True(serve.IsReady);
        Assert.NotEmpty(proxy.Targets);
        Assert.All(proxy.Targets, target => Assert.Equal("api.example.invalid:6443", target));
        Assert.Contains(
            $"the API server at https://api.example.invalid:6443 through the proxy http://127.0.0.1:{proxy.Port}",
            serve.Log,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", serve.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Multicast, "239.0.0.0/8")]
    [InlineData(Multicast, "239.1.2.3:6443")]
    [InlineData("api.example.invalid", ".example.invalid")]
    public async Task Serve_goes_past_the_proxy_where_NO_PROXY_says_so(string host, string noProxy)
    {
        await using var proxy = RecordingProxy.Start(_server.Port);
        _client.Environment["HTTPS_PROXY"] = $"http://127.0.0.1:{proxy.Port}";
        _client.Environment["NO_PROXY"] = noProxy;

        var serve = await _client.ServeAsync(isReadyAwaited: false, Kubeconfig($"https://{host}:6443"));

        Assert.Equal((false, false), (serve.IsReady, serve.HasEnded));
        Assert.Empty(proxy.Targets);
    }

    private async Task AgreesAsync(
        RecordingProxy proxy, string server, bool isProxied, string[] targets, string more = "", bool? isReached = null)
    {
        var options = Kubeconfig(server, more);
        var kubectl = await _client.KubectlAsync(options);
        Assert.Equal(isReached ?? isProxied, kubectl.ExitCode == 0);
        Assert.Equal(isProxied ? targets : [], proxy.Targets.Distinct(StringComparer.Ordinal));

        proxy.Targets.Clear();
        _server.Requests.Clear();
        var answer = await _client.OursAsync("plan", options);
        Assert.True((isReached ?? isProxied) == !_server.Requests.IsEmpty, answer.Error);
        Assert.Equal(isProxied ? targets : [], proxy.Targets.Distinct(StringComparer.Ordinal));
    }

    private string[] Kubeconfig(string server, string more = "") => ["--kubeconfig", _client.Write("kubeconfig", $$$"""
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: "{{{server}}}", certificate-authority: ca.crt{{{more}}}}}]
        users: [{name: me, user: {token: secret-token}}]
        """)];
}
