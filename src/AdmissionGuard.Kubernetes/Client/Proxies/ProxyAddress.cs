using System.Net;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;

namespace AdmissionGuard.Kubernetes.Client.Proxies;

/// <summary>A proxy, with its credentials.</summary>
/// <param name="Uri">Its address, without credentials.</param>
/// <param name="Credentials">Its credentials; <see langword="null"/> for none.</param>
internal sealed record ProxyAddress(Uri Uri, NetworkCredential? Credentials)
{
    private const int SocksPort = 1080;

    /// <summary>Finds the proxy that leads to a server.</summary>
    /// <param name="settings">The connection's settings; a proxy in them goes before the environment's, and leads to every host.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>The proxy; <see langword="null"/> for none.</returns>
    /// <exception cref="ConnectionSourceException">It is of a kind that is not supported.</exception>
    public static ProxyAddress? Find(ConnectionSettings settings, Func<string, string?> environment)
    {
        if (settings.ProxyUrl.Length == 0)
        {
            return OfEnvironment(settings.Server, environment);
        }

        return AddressOf(settings.ProxyUrl) is { Scheme: "http" or "https" or "socks5" } address ? Of(address)
            : throw Unsupported($"{settings.Source}: proxy-url", settings.ProxyUrl);
    }

    private static ProxyAddress? OfEnvironment(Uri server, Func<string, string?> environment)
    {
        var name = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        // Without a scheme, it is one of plain HTTP. What is no address does not count.
        if (Variable(name) is not { } proxy
            || AddressOf(proxy.IndexOf("://", StringComparison.Ordinal) > 0 ? proxy : $"http://{proxy}") is not { } address
            || NoProxyList.Parse(Variable("NO_PROXY") ?? "").Contains(server.IdnHost, server.Port))
        {
            return null;
        }

        if (name == "HTTP_PROXY" && !string.IsNullOrEmpty(environment("REQUEST_METHOD")))
        {
            throw new ConnectionSourceException("HTTP_PROXY is ignored if REQUEST_METHOD is set, because a CGI client could have set it");
        }

        return address.Scheme is "http" or "https" or "socks5" or "socks5h" ? Of(address) : throw Unsupported(name, proxy);

        string? Variable(string upper) =>
            new[] { upper, upper.ToLowerInvariant() }.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
    }

    private static Uri? AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri : null;

    private static ProxyAddress Of(Uri uri)
    {
        // To .NET, socks5 leaves the lookup of names to the proxy, as both do to Go.
        var address = new UriBuilder(
            uri.Scheme == "socks5h" ? "socks5" : uri.Scheme, uri.Host) { Port = uri.Port > 0 ? uri.Port : SocksPort };
        var (user, password) = uri.UserInfo.Split(':', 2) is [var name, var secret] ? (name, secret) : (uri.UserInfo, "");
        return new ProxyAddress(
            address.Uri, user.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)));
    }

    // Without what comes before the host: it may be a password.
    private static ConnectionSourceException Unsupported(string what, string text) => new(
        $"{what} '{text[(text.LastIndexOf('@') + 1)..]}' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
}
