using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>A certificate with its key, made in this process.</summary>
public sealed class TestCertificate
{
    private readonly ECDsa _key;
    private readonly X500DistinguishedName _subject;

    private TestCertificate(X509Certificate2 certificate, ECDsa key)
    {
        (Certificate, _key, _subject) = (certificate, key, certificate.SubjectName);
    }

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
        return Issue(spec, key, spec.Request(key, issuer: null), new X500DistinguishedName($"CN={spec.Subject}"), key);
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
