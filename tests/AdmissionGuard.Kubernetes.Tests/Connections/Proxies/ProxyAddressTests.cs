using AdmissionGuard.Kubernetes.Client.Proxies;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Proxies;

/// <summary>The environment's proxies; the table is that of Go's own tests, and more.</summary>
public sealed class ProxyAddressTests
{
    private const string GoNoProxy = "foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, 2001:db8::52:0:1,"
        + " [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64";

    [Theory]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("[::1]", false)]
    [InlineData("[::ffff:127.0.0.1]", false)]
    [InlineData("[::2]", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("192.168.1.2", true)]
    [InlineData("192.168.1.3", false)]
    [InlineData("192.168.1.4", true)]
    [InlineData("10.0.0.2", false)]
    [InlineData("10.0.0.4", true)]
    [InlineData("[::ffff:10.0.0.2]", false)]
    [InlineData("[2001:db8::52:0:1]", false)]
    [InlineData("[2001:db8::52:0:2]", true)]
    [InlineData("[2001:db8::52:0:3]", false)]
    [InlineData("[2002:db8:a::123]", false)]
    [InlineData("[fe80::424b:c8be:1643:a1b6]", true)]
    [InlineData("barbaz.net", true)]
    [InlineData("www.barbaz.net", false)]
    [InlineData("foobar.com", false)]
    [InlineData("www.foobar.com", false)]
    [InlineData("foofoobar.com", true)]
    [InlineData("baz.com", true)]
    [InlineData("localhost.net", true)]
    [InlineData("local.localhost", true)]
    [InlineData("barbarbaz.net", true)]
    [InlineData("wildcard.io", true)]
    [InlineData("nested.wildcard.io", false)]
    [InlineData("awildcard.io", true)]
    public void NO_PROXY_matches_what_it_matches_for_Go(string host, bool isProxied)
    {
        Assert.Equal(isProxied, Of($"https://{host}:80", ("HTTPS_PROXY", "proxy"), ("NO_PROXY", GoNoProxy)) is not null);
        Assert.Null(Of($"https://{host}:80", ("HTTPS_PROXY", "proxy"), ("NO_PROXY", "*")));
    }

    [Theory]
    [InlineData("http://www.示例.com", ".示例.com", false)]
    [InlineData("http://www.示例.com", "xn--fsq092h.com", false)]
    [InlineData("http://www.xn--fsq092h.com", "示例.com", false)]
    [InlineData("http://example.com", ":1", true)]
    [InlineData("http://example.com", "[,],/,*.,.,1/2/3,10.0.0.0/33,::/129,999.1.1.1/8,a:b:c", true)]
    [InlineData("http://0.0.0.10", "10", true)]
    [InlineData("http://10.0.0.1", "010.0.0.1", true)]
    public void Odd_entries_of_NO_PROXY_are_read_as_Go_reads_them(string server, string noProxy, bool isProxied) =>
        Assert.Equal(isProxied, Of(server, ("HTTP_PROXY", "proxy"), ("NO_PROXY", noProxy)) is not null);

    [Theory]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("cache.corp.example.com:1234", "http://cache.corp.example.com:1234/")]
    [InlineData("cache.corp.example.com", "http://cache.corp.example.com/")]
    [InlineData("localhost", "http://localhost/")]
    [InlineData("https://cache.corp.example.com", "https://cache.corp.example.com/")]
    [InlineData("socks5://127.0.0.1", "socks5://127.0.0.1:1080/")]
    [InlineData("socks5h://[::1]:9", "socks5://[::1]:9/")]
    [InlineData("http://user:p%40ss@proxy:3128/path", "http://proxy:3128/")]
    public void Its_address_is_read_as_Go_reads_it(string value, string address) =>
        Assert.Equal(address, Of("http://example.com", ("HTTP_PROXY", value))?.Uri.AbsoluteUri);

    [Fact]
    public void Its_credentials_are_decoded_and_kept_apart()
    {
        var proxy = Of("http://example.com", ("HTTP_PROXY", "http://us%3Aer:p%40ss%2F@proxy"))!;

        Assert.Equal(("us:er", "p@ss/"), (proxy.Credentials!.UserName, proxy.Credentials.Password));
        Assert.DoesNotContain("p@ss", proxy.Uri.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://secure.tld", "http://secure.proxy.tld/", "HTTP_PROXY=http.proxy.tld HTTPS_PROXY=secure.proxy.tld")]
    [InlineData("http://insecure.tld", "http://http.proxy.tld/", "HTTP_PROXY=http.proxy.tld HTTPS_PROXY=secure.proxy.tld")]
    [InlineData("https://secure.tld", null, "HTTP_PROXY=http.proxy.tld")]
    [InlineData("https://secure.tld", "http://lower/", "https_proxy=lower")]
    [InlineData("https://secure.tld", "http://upper/", "https_proxy=lower HTTPS_PROXY=upper")]
    [InlineData("https://secure.tld", "http://lower/", "https_proxy=lower HTTPS_PROXY=")]
    [InlineData("https://secure.tld", "http://proxy/", "HTTPS_PROXY=proxy REQUEST_METHOD=GET")]
    [InlineData("https://secure.tld", null, "HTTPS_PROXY=http://[broken")]
    [InlineData("https://secure.tld", null, "ALL_PROXY=proxy")]
    public void The_variable_follows_from_the_servers_scheme(string server, string? address, string variables) => Assert.Equal(
        address,
        Of(
            server,
            [
                .. variables.Split(' ').Select(variable => variable.Split('=')).Select(variable => (variable[0], variable[1]))
            ])?.Uri.AbsoluteUri);

    [Theory]
    [InlineData(
        "",
        "foo://user:secret@proxy",
        "HTTPS_PROXY 'proxy' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")]
    [InlineData(
        "ftp://user:secret@proxy",
        "",
        "it: proxy-url 'proxy' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")]
    [InlineData(
        "proxy:3128", "", "it: proxy-url 'proxy:3128' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")]
    [InlineData(
        "socks5h://proxy",
        "",
        "it: proxy-url 'socks5h://proxy' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")]
    public void A_kind_that_is_not_supported_is_refused_by_name_and_without_its_password(
        string proxyUrl, string variable, string message) => Assert.Equal(
        message,
        Assert.Throws<ConnectionSourceException>(() => ProxyAddress.Find(
            new ConnectionSettings("it", new Uri("https://example.com")) { ProxyUrl = proxyUrl },
            name => name == "HTTPS_PROXY" ? variable : null)).Message);

    [Fact]
    public void HTTP_PROXY_does_not_count_where_a_CGI_request_could_have_set_it() => Assert.StartsWith(
        "HTTP_PROXY is ignored if REQUEST_METHOD is set",
        Assert.Throws<ConnectionSourceException>(
            () => Of("http://example.com", ("HTTP_PROXY", "proxy"), ("REQUEST_METHOD", "GET"))).Message,
        StringComparison.Ordinal);

    private static ProxyAddress? Of(string server, params (string Name, string Value)[] variables) => ProxyAddress.Find(
        new ConnectionSettings("it", new Uri(server)),
        name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());
}
