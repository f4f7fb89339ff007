using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Tests.Certificates;

/// <summary>A certificate authority of one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string Serves = "1.3.6.1.5.5.7.3.1";
    public const string IsClient = "1.3.6.1.5.5.7.3.2";

    public const string IsAnything = "2.5.29.37.0";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        // All of one name, as those that somebody makes anew are.
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-30), TimeProvider.System.GetUtcNow().AddDays(30));
    }

    public string Pem => _certificate.ExportCertificatePem();

    public string KeyPem => _key.ExportPkcs8PrivateKeyPem();

    public X509Certificate2 Certificate => _certificate;

    /// <summary>The authority's certificate and key, as a client would show them.</summary>
    public X509Certificate2 CertificateWithKey() => X509CertificateLoader.LoadCertificate(_certificate.RawData).CopyWithPrivateKey(_key);

    /// <summary>Issues a certificate with its key.</summary>
    public X509Certificate2 Issue(
        string commonName,
        string? use,
        string? dnsName = null,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        bool unreadableNames = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        if (dnsName is not null)
        {
            names.AddDnsName(dnsName);
        }

        // A DNS name longer than the bytes that follow.
        request.CertificateExtensions.Add(
            unreadableNames ? new X509Extension("2.5.29.17", [0x30, 0x03, 0x82, 0x7f, 0x61], critical: false) : names.Build());
        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        using var issued = request.Create(
            _certificate,
            from ?? TimeProvider.System.GetUtcNow().AddDays(-20),
            until ?? TimeProvider.System.GetUtcNow().AddDays(20),
            RandomNumberGenerator.GetBytes(12));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Issues a serving certificate.</summary>
    public PemPair Serving(DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        using var certificate = Issue("admissionguard", Serves, from: from, until: until);
        using var key = certificate.GetECDsaPrivateKey()!;
        return new PemPair(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.SerialNumber);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}

/// <summary>A certificate and its key.</summary>
internal sealed record PemPair(string Certificate, string Key, string Serial);
