using System.Net;
using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Certificates.SelfManaged;

namespace AdmissionGuard.Tests.Certificates.SelfManaged;

public sealed class CertificateIssuerTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CertificateIssuer _issuer = new(
        "admissionguard",
        new CertificateOptions { Hosts = ["127.0.0.1", "guard.example.com"] }.AllNames,
        new Lifetimes(TimeSpan.FromDays(90), TimeSpan.FromDays(1800)));

    [Fact]
    public void A_certificate_is_for_the_Service_s_names_and_the_others_and_for_serving_alone()
    {
        var (authority, key) = _issuer.MakeAuthority(Now);
        var (pem, keyPem) = _issuer.IssueLeaf(authority, key, Now);
        var pair = CertificatePair.Read(pem, keyPem, Now);

        var names = pair.Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(
            [
                "admissionguard.admissionguard-system.svc",
                "admissionguard.admissionguard-system.svc.cluster.local",
                "admissionguard.admissionguard-system",
                "guard.example.com",
            ],
            names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback], names.EnumerateIPAddresses());
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, pair.Certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            "1.3.6.1.5.5.7.3.1",
            Assert.Single(
                pair.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                    .Single().EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).Value);
        Assert.Equal(new Validity(Now.AddMinutes(-5), Now.AddDays(90)), pair.Validity);
        Assert.True(CaBundlePem.HasSigned(authority, pair));
        Assert.True(_issuer.HasNames(pair.Certificate));
    }

    [Fact]
    public void An_authority_signs_certificates_and_no_authorities_and_none_has_another_s_name()
    {
        var ((first, _), (second, key)) = (_issuer.MakeAuthority(Now), _issuer.MakeAuthority(Now));
        var (pem, keyPem) = _issuer.IssueLeaf(second, key, Now);

        var constraints = first.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.Equal(
            (true, true, 0, true),
            (constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint, constraints.Critical));
        Assert.NotEqual(first.Subject, second.Subject);
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.False(CaBundlePem.HasSigned(first, CertificatePair.Read(pem, keyPem)));
    }

    [Fact]
    public void A_certificate_does_not_outlive_its_authority()
    {
        var (authority, key) = _issuer.MakeAuthority(Now);
        var late = Now.AddDays(1799);
        var (pem, keyPem) = _issuer.IssueLeaf(authority, key, late);

        Assert.Equal(Validity.Of(authority).Until, CertificatePair.Read(pem, keyPem, late).Validity.Until);
    }

    [Fact]
    public void A_certificate_for_other_names_is_noticed()
    {
        var (authority, key) = _issuer.MakeAuthority(Now);
        var (pem, keyPem) = _issuer.IssueLeaf(authority, key, Now);
        var other = new CertificateIssuer(
            "admissionguard",
            new CertificateOptions { Hosts = ["::1"] }.AllNames,
            new Lifetimes(TimeSpan.FromDays(90), TimeSpan.FromDays(1800)));

        Assert.False(other.HasNames(CertificatePair.Read(pem, keyPem).Certificate));
    }

    [Fact]
    public void A_bundle_is_read_as_it_was_written_and_garbage_holds_nobody()
    {
        var ((first, _), (second, key)) = (_issuer.MakeAuthority(Now), _issuer.MakeAuthority(Now));
        var text = CaBundlePem.Write([first, second]);

        Assert.Equal(text, CaBundlePem.Write(CaBundlePem.Read($"# by hand\n{text}\n{text}")));
        Assert.Empty(CaBundlePem.Read(text[..100]));
        // An API server goes by what is whole.
        Assert.Empty(CaBundlePem.Read(text[..^50]));
        Assert.Single(CaBundlePem.TrustedBy(text[..^50]));
        Assert.Empty(CaBundlePem.Read("no PEM"));
        // A serving certificate signs nobody.
        Assert.Empty(CaBundlePem.Read(_issuer.IssueLeaf(second, key, Now).Certificate));
    }
}
