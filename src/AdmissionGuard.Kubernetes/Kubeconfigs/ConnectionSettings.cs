using System.Collections.Immutable;
using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>How to connect to an API server: what a kubeconfig or a pod's service account says, its files read.</summary>
/// <param name="Source">Where it comes from, for messages.</param>
/// <param name="Server">The API server's address.</param>
internal sealed record ConnectionSettings(string Source, Uri Server)
{
    /// <summary>The name that the server's certificate must have, instead of the address's host; empty for the host.</summary>
    public string TlsServerName { get; init; } = "";

    /// <summary>Whether any certificate of the server is accepted.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>The certificate authorities, PEM; <see langword="null"/> for the system's.</summary>
    public string? CertificateAuthorities { get; init; }

    /// <summary>The proxy; empty for that of the environment.</summary>
    public string ProxyUrl { get; init; } = "";

    /// <summary>The client's certificate with its chain and its key, PEM; <see langword="null"/> for none.</summary>
    public (string Certificate, string Key)? ClientCertificate { get; init; }

    /// <summary>The bearer token; empty for none.</summary>
    public string Token { get; init; } = "";

    /// <summary>The file of the bearer token, read again while the connection lasts; empty for none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>The user name of basic authentication; empty for none.</summary>
    public string Username { get; init; } = "";

    /// <summary>The password of basic authentication.</summary>
    public string Password { get; init; } = "";

    /// <summary>The program that gives credentials, if there is one.</summary>
    public ExecPlugin? Plugin { get; init; }

    /// <summary>As whom requests are made, where that is another user.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>The files whose change takes another connection.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Whether the server is reached by TLS; without it, no credentials are sent.</summary>
    public bool IsSecure => Server.Scheme == Uri.UriSchemeHttps;
}
