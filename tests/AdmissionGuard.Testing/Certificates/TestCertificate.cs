using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Testing;

/// <summary>A certificate with its key, made in this process.</summary>
public sealed class TestCertificate
{
    private static readonly Lazy<TestCertificate> LazyLoopback = new(() => SelfSigned(CertificateSpec.Loopback));

    private readonly ECDsa _key;
    private readonly X500DistinguishedName _subject;

    private TestCertificate(X509Certificate2 certificate, ECDsa key)
    {
        (Certificate, _key, _subject) = (certificate, key, certificate.SubjectName);
    }

    /// <summary>A certificate for servers on loopback that signs itself. It is made once.</summary>
    public static TestCertificate Loopback => LazyLoopback.Value;

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate without its key.</summary>
    public X509Certificate2 Public => X509CertificateLoader.LoadCertificate(Certificate.RawData);

    /// <summary>The certificate as PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>The key as PEM.</summary>
    public string KeyPem => _key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A certificate that signs itself.</summary>
    /// <param name="spec">What it says of itself.</param>
    /// <returns>The certificate.</returns>
    public static TestCertificate SelfSigned(CertificateSpec spec)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = spec.Request(key, issuer: null);
        return Issue(spec, key, request, request.SubjectName, key);
    }

    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="certificate">The file of the certificate.</param>
    /// <param name="key">The file of the key.</param>
    /// <returns>The certificate.</returns>
    public static TestCertificate Read(string certificate, string key)
    {
        var read = X509Certificate2.CreateFromPemFile(certificate, key);
        return new TestCertificate(read, read.GetECDsaPrivateKey()!);
    }

    /// <summary>A certificate that this one signs.</summary>
    /// <param name="spec">What it says of itself.</param>
    /// <returns>The certificate.</returns>
    public TestCertificate Issue(CertificateSpec spec) => Issue(spec, ECDsa.Create(ECCurve.NamedCurves.nistP256), _key);

    /// <summary>A certificate that names this one as its issuer, and is signed by another key.</summary>
    /// <param name="spec">What it says of itself.</param>
    /// <returns>The certificate.</returns>
    public TestCertificate Forge(CertificateSpec spec)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue(spec, ECDsa.Create(ECCurve.NamedCurves.nistP256), other);
    }

    /// <summary>Another certificate of the same subject and key, signed by another authority.</summary>
    /// <param name="issuer">The authority.</param>
    /// <param name="spec">What it says of itself.</param>
    /// <returns>The certificate.</returns>
    public TestCertificate CrossSignedBy(TestCertificate issuer, CertificateSpec spec) => issuer.Issue(spec, _key, issuer._key);

    /// <summary>Writes the certificate and its key to two files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The files' name, without <c>.crt</c> and <c>.key</c>.</param>
    /// <returns>The two files.</returns>
    public (string Certificate, string Key) WriteTo(string folder, string name = "tls")
    {
        var (certificate, key) = (Path.Combine(folder, $"{name}.crt"), Path.Combine(folder, $"{name}.key"));
        File.WriteAllText(certificate, Pem);
        File.WriteAllText(key, KeyPem);
        return (certificate, key);
    }

    private TestCertificate Issue(CertificateSpec spec, ECDsa key, ECDsa signer) =>
        Issue(spec, key, spec.Request(key, Certificate), _subject, signer);

    private static TestCertificate Issue(
        CertificateSpec spec, ECDsa key, CertificateRequest request, X500DistinguishedName issuer, ECDsa signer)
    {
        var now = TimeProvider.System.GetUtcNow();
        var generator = spec.IsSignedBySha1 ? new Sha1Generator(signer) : X509SignatureGenerator.CreateForECDsa(signer);
        using var issued = request.Create(issuer, generator, now + spec.From, now + spec.To, RandomNumberGenerator.GetBytes(12));
        return new TestCertificate(issued.CopyWithPrivateKey(key), key);
    }

    // .NET signs no certificates so.
    private sealed class Sha1Generator(ECDsa signer) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var asn = new AsnWriter(AsnEncodingRules.DER);
            using (asn.PushSequence())
            {
                asn.WriteObjectIdentifier("1.2.840.10045.4.1");
            }

            return asn.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            signer.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => CreateForECDsa(signer).PublicKey;
    }
}
