using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Tls;

/// <summary>
/// Decides whether a certificate is the API server's, as Go does: its name or address is among the certificate's alternative
/// names, and a chain of authorities for servers leads to one of the anchors. Every anchor ends a chain, also one that is an
/// intermediate authority, and nothing of the system's store counts beside them. Revocation is not checked.
/// </summary>
/// <param name="anchors">The trusted certificates; <see langword="null"/> for the system's.</param>
/// <param name="serverName">The name that the certificate must have; empty for the host that is connected to.</param>
/// <param name="time">The clock.</param>
/// <remarks>Source: Go, <c>crypto/x509/verify.go</c>.</remarks>
internal sealed class ServerTrust(IReadOnlyList<X509Certificate2>? anchors, string serverName, TimeProvider time)
{
    /// <summary>Whether nothing is checked, as <c>insecure-skip-tls-verify</c> asks for.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Looks at the certificate of a TLS handshake.</summary>
    /// <returns><see langword="true"/>.</returns>
    /// <exception cref="AuthenticationException">It is not the API server's; says why.</exception>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var refusal = IsSkipped ? null
            : certificate is X509Certificate2 leaf ? Refusal(
                leaf, [.. chain?.ChainPolicy.ExtraStore ?? []], ((SslStream)sender).TargetHostName)
            : "it has no certificate";
        return refusal is null ? true : throw new AuthenticationException(refusal);
    }

    /// <summary>Looks at a certificate.</summary>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="sent">What the server sent with it.</param>
    /// <param name="host">The host that is connected to.</param>
    /// <returns>Why it is not accepted; <see langword="null"/> if it is.</returns>
    public string? Refusal(X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> sent, string host) =>
        ServerNames.Refusal(leaf, serverName.Length > 0 ? serverName : host)
            ?? (anchors is null ? BySystem(leaf, sent) : ByAnchors(leaf, sent, anchors));

    private string? BySystem(X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> sent)
    {
        using var chain = CertificateChain.Build(leaf, sent, anchor: null, time);
        return chain.Refusal(chain.Length);
    }

    /// <summary>Tries the anchors that may be in the chain one by one: two authorities may have one name.</summary>
    private string? ByAnchors(X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> sent, IReadOnlyList<X509Certificate2> anchors)
    {
        string? first = null;
        foreach (var anchor in anchors.Where(anchor => MayEnd(anchor, [leaf, .. sent])))
        {
            // A certificate that was sent may be the anchor by another name: of the same subject and key, signed by another authority.
            var others = sent.Where(each => !IsSameAuthority(each, anchor)).ToList();
            using var chain = CertificateChain.Build(leaf, others, anchor, time);
            if (chain.IndexOf(anchor) is not { } end)
            {
                continue;
            }

            var refusal = chain.Refusal(end + 1);
            if (refusal is null)
            {
                return null;
            }

            first ??= refusal;
        }

        return first ?? "its certificate is signed by an unknown authority";
    }

    private static bool MayEnd(X509Certificate2 anchor, IEnumerable<X509Certificate2> certificates) => certificates.Any(certificate =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(anchor.SubjectName.RawData) || CertificateChain.IsSame(certificate, anchor));

    private static bool IsSameAuthority(X509Certificate2 one, X509Certificate2 other) =>
        one.SubjectName.RawData.AsSpan().SequenceEqual(other.SubjectName.RawData)
        && one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(other.PublicKey.ExportSubjectPublicKeyInfo());
}
