using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Tests.Diagnosing;

/// <summary>An authority that signs serving certificates of any age.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string Service = "admissionguard.admissionguard-system.svc";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(TimeSpan? from = null, TimeSpan? to = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=AdmissionGuard CA", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(now + (from ?? TimeSpan.FromDays(-1000)), now + (to ?? TimeSpan.FromDays(1000)));
    }

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate and its key, as PEM, that is valid between two times, told from now.</summary>
    public (string Certificate, string Key) Issue(TimeSpan from, TimeSpan to, string host = Service)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admissionguard", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            now + from,
            now + to,
            RandomNumberGenerator.GetBytes(12));
        return (issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
