using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Reads and writes the certificate authorities of a CA bundle, in PEM.</summary>
internal static class CaBundlePem
{
    /// <summary>Those in a text; none if it is none, or holds half a certificate.</summary>
    public static ImmutableArray<X509Certificate2> Read(string pem)
    {
        try
        {
            return AuthoritiesOf(StrictPemCertificates.Read(pem));
        }
        catch (ServingCertificateException)
        {
            return [];
        }
    }

    /// <summary>
    /// The authorities that an API server trusts by a text: it skips an incomplete certificate, and trusts none
    /// if the text is invalid.
    /// </summary>
    public static ImmutableArray<X509Certificate2> TrustedBy(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return [];
        }

        return AuthoritiesOf(certificates);
    }

    public static string Write(IEnumerable<X509Certificate2> authorities) =>
        string.Concat(authorities.Select(authority => authority.ExportCertificatePem() + "\n"));

    public static string IdOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public static AuthorityFacts FactsOf(X509Certificate2 authority) => new(IdOf(authority), Validity.Of(authority));

    /// <summary>Whether an authority signed a certificate, itself or through what came with it, whenever that was.</summary>
    public static bool HasSigned(X509Certificate2 authority, CertificatePair leaf)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.ExtraStore.AddRange(leaf.Chain);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(leaf.Certificate);
    }

    private static ImmutableArray<X509Certificate2> AuthoritiesOf(X509Certificate2Collection certificates) =>
        [.. certificates.Where(IsAuthority).DistinctBy(IdOf, StringComparer.Ordinal)];

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority);
}
