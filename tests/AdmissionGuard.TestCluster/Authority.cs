using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.TestCluster;

/// <summary>The certificate authority of one control plane, as files in its folder.</summary>
internal sealed class Authority
{
    private readonly string _folder;
    private readonly TestCertificate _authority = TestCertificate.SelfSigned(CertificateSpec.Authority("test-cluster") with
    {
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature,
    });

    public Authority(string folder)
    {
        _folder = folder;
        CertificateFile = Path.Combine(folder, "ca.crt");
        File.WriteAllText(CertificateFile, _authority.Pem);
    }

    public string CertificateFile { get; }

    public X509Certificate2 Certificate => _authority.Public;

    /// <summary>Issues a certificate for a server on loopback, and for a user with groups.</summary>
    public (string Certificate, string Key) Issue(string file, string user, params ImmutableArray<string> groups) =>
        _authority.Issue(new CertificateSpec(user)
        {
            Organizations = groups,
            Names = ["127.0.0.1", "dns:localhost", "dns:kubernetes.default.svc"],
            KeyUsage = X509KeyUsageFlags.DigitalSignature,
            Usages = [CertificateSpec.ServerAuth, CertificateSpec.ClientAuth],
        }).WriteTo(_folder, file);
}
