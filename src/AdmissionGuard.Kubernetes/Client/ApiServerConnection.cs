using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AdmissionGuard.Kubernetes.Client.Proxies;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using AdmissionGuard.Kubernetes.Tls;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>A client of one API server: handlers, credentials, and as whom requests are made.</summary>
internal sealed class ApiServerConnection
{
    private readonly IApiCredentials _credentials;
    private readonly Impersonation? _impersonation;
    private readonly string _hostHeader;

    private ApiServerConnection(ConnectionSettings settings, ProxyAddress? proxy, HttpClient client, IApiCredentials credentials)
    {
        (BaseUri, Client, _credentials, _impersonation) = (settings.Server, client, credentials, settings.Impersonation);
        // What a request names as its host is what the handler's TLS asks for.
        _hostHeader = !settings.IsSecure
            ? ""
            : settings.TlsServerName.Contains(':', StringComparison.Ordinal) ? $"[{settings.TlsServerName}]" : settings.TlsServerName;
        Proxy = proxy is null ? "" : $" through the proxy {proxy.Uri.GetLeftPart(UriPartial.Authority)}";
        Name = $"the API server at {BaseUri.GetLeftPart(UriPartial.Authority)}{Proxy}";
    }

    /// <summary>The API server's address, ending in a slash.</summary>
    public Uri BaseUri { get; }

    /// <summary>What the API server is called, with its address and that of the proxy on the way.</summary>
    public string Name { get; }

    /// <summary>The proxy on the way, as it follows what is sent: <c> through the proxy http://proxy:3128</c>; empty for none.</summary>
    public string Proxy { get; }

    /// <summary>Sends requests.</summary>
    public HttpClient Client { get; }

    /// <summary>Whether another connection is needed soon.</summary>
    public bool IsDue => _credentials.IsConnectionDue;

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    /// <param name="settings">How to connect.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConnectionSourceException">The settings can't be used.</exception>
    public static ApiServerConnection Open(ConnectionSettings settings, Func<string, string?> environment, TimeProvider time)
    {
        if (settings.Impersonation is { IsSendable: false })
        {
            throw new ConnectionSourceException(
                $"{settings.Source}: as, as-uid, as-groups or as-user-extra contains characters that are invalid in a header");
        }

        var proxy = ProxyAddress.Find(settings, environment);
        var credentials = CredentialsOf(settings, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy is null ? null : new WebProxy(proxy.Uri) { Credentials = proxy.Credentials },
            ConnectTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            RequestHeaderEncodingSelector = static (header, _) => Impersonation.EncodingOf(header),
            SslOptions = Tls(settings, CertificateOf(settings, credentials), time),
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(new ProductHeaderValue("admissionguard")));
        return new ApiServerConnection(settings, proxy, client, credentials);
    }

    /// <summary>Says on a request who makes it, and as whom.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the wait for credentials.</param>
    /// <exception cref="ConnectionSourceException">There are no credentials that can be used.</exception>
    public async Task PrepareAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Authorization = await _credentials.HeaderAsync(cancellation);
        request.Headers.Host = _hostHeader.Length > 0 ? _hostHeader : null;
        if (_impersonation is not null)
        {
            _impersonation.AddTo(request);
            request.Version = _impersonation.NeedsLines ? HttpVersion.Version11 : request.Version;
        }
    }

    /// <summary>The API server did not accept the credentials of a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns><see langword="true"/> when the next request may have others.</returns>
    public bool Reject(HttpRequestMessage request) => _credentials.Reject(request.Headers.Authorization);

    /// <summary>What failed behind requests that went on with older credentials; told once.</summary>
    public string? TakeFailure() => _credentials.TakeFailure();

    private static IApiCredentials CredentialsOf(ConnectionSettings settings, TimeProvider time) => settings switch
    {
        { TokenFile.Length: > 0 } => TokenFileCredentials.Open(settings.TokenFile, settings.Token, time),
        { Token.Length: > 0 } => new FixedCredentials(BearerToken.Header(settings.Token)),
        { Username.Length: > 0 } => new FixedCredentials(new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.Username}:{settings.Password}")))),
        { Plugin: { } plugin } => ExecCredentials.Open(plugin, time),
        _ => new FixedCredentials(header: null),
    };

    private static (string Certificate, string Key)? CertificateOf(ConnectionSettings settings, IApiCredentials credentials) =>
        credentials is ExecCredentials { First: { ClientCertificateData: { Length: > 0 } certificate, ClientKeyData: { Length: > 0 } key } }
            ? (certificate, key)
            : settings.ClientCertificate;

    private static SslClientAuthenticationOptions Tls(
        ConnectionSettings settings, (string Certificate, string Key)? client, TimeProvider time)
    {
        var anchors = settings.CertificateAuthorities is { } pem ? PemCertificates.Read(pem) : null;
        if (anchors is [])
        {
            // For example read while it was being written. A client without a trusted authority can't connect.
            throw new ConnectionSourceException($"{settings.Source}: the certificate authority contains no complete certificate");
        }

        var trust = new ServerTrust(anchors, settings.TlsServerName, time) { IsSkipped = settings.SkipsVerification };
        return new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            // The platform's own chain does not count: that it looks for nothing on the network is what matters.
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
            RemoteCertificateValidationCallback = trust.Validate,
            ClientCertificateContext = client is var (certificate, key) ? ClientCertificate.Read(certificate, key) : null,
        };
    }
}
