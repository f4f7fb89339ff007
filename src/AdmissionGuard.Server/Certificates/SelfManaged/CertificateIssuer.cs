using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>Makes authorities and serving certificates.</summary>
/// <param name="service">What they are called after.</param>
/// <param name="names">The names that serving certificates are for.</param>
/// <param name="lifetimes">How long they live.</param>
internal sealed class CertificateIssuer(string service, ImmutableArray<string> names, Lifetimes lifetimes)
{
    private const int SerialBytes = 16;

    // For API servers whose clocks are behind.
    private static readonly TimeSpan MostBackdated = TimeSpan.FromMinutes(5);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Makes an authority, under a name that none before it had.</summary>
    /// <returns>The certificate, and its key, PEM.</returns>
    public (X509Certificate2 Certificate, string Key) MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            $"CN={service} authority {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var signed = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            now - Backdated(lifetimes.Authority),
            now + lifetimes.Authority,
            NewSerial());
        return (X509CertificateLoader.LoadCertificate(signed.RawData), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Makes a serving certificate, which does not outlive its authority.</summary>
    /// <param name="authority">The authority that signs.</param>
    /// <param name="authorityKey">Its key, PEM.</param>
    /// <param name="now">The time.</param>
    /// <returns>The certificate and its key, PEM.</returns>
    public (string Certificate, string Key) IssueLeaf(X509Certificate2 authority, string authorityKey, DateTimeOffset now)
    {
        using var signer = ECDsa.Create();
        signer.ImportFromPem(authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={service}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(AlternativeNames());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var bounds = Validity.Of(authority);
        var (from, until) = (now - Backdated(lifetimes.Leaf), now + lifetimes.Leaf);
        using var signed = request.Create(
            authority.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer),
            from < bounds.From ? bounds.From : from,
            until > bounds.Until ? bounds.Until : until,
            NewSerial());
        return (signed.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>Whether a certificate is for every name that is wanted.</summary>
    public bool HasNames(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is { } extension
        && names.All(name => IPAddress.TryParse(name, out var address)
            ? extension.EnumerateIPAddresses().Contains(address)
            : extension.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase));

    private X509Extension AlternativeNames()
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    private static TimeSpan Backdated(TimeSpan life) => life / 10 < MostBackdated ? life / 10 : MostBackdated;

    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        // Neither negative nor shorter than it looks.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }
}
