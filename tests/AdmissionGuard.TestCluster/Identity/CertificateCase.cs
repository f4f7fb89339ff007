using System.Collections.Immutable;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>A server's certificate, and what a client knows of it.</summary>
/// <param name="Leaf">The server's own certificate.</param>
public sealed record CertificateCase(TestCertificate Leaf)
{
    /// <summary>What the server sends with it.</summary>
    public ImmutableArray<TestCertificate> Sent { get; init; } = [];

    /// <summary>The client's <c>certificate-authority</c>; <see langword="null"/> for none.</summary>
    public string? Anchors { get; init; }

    /// <summary>What the client's machine trusts; <see langword="null"/> for nobody.</summary>
    public string? SystemStore { get; init; }

    /// <summary>The host that the client connects to.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The client's <c>tls-server-name</c>; <see langword="null"/> for none.</summary>
    public string? TlsServerName { get; init; }
}
