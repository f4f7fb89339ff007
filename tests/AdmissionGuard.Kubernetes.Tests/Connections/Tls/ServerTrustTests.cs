using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Kubernetes.Tls;
using AdmissionGuard.TestCluster.Identity;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Tls;

public sealed class ServerTrustTests
{
    private static readonly TestCertificate Root = TestCertificate.SelfSigned(CertificateSpec.Authority("cluster-ca"));
    private static readonly TestCertificate Intermediate = Root.Issue(CertificateSpec.Authority("intermediate"));
    private static readonly CertificateSpec Server = new("kube-apiserver") { Names = ["127.0.0.1"] };

    // What the system trusts is the machine's: the end-to-end tests give it another.
    public static TheoryData<string> Accepted =>
        [.. CertificateCases.Accepted.Where(each => each.Value().Anchors is not null).Select(each => each.Key)];

    public static TheoryData<string> Refused => [.. CertificateCases.Refused.Keys];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_right_certificate_is_accepted(string kind) => Assert.Null(RefusalOf(CertificateCases.Accepted[kind]()));

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_wrong_certificate_is_refused_with_a_reason(string kind) => Assert.NotNull(RefusalOf(CertificateCases.Refused[kind]()));

    [Theory]
    [InlineData("another name", "its certificate is for kubelet.cluster.test, not for 127.0.0.1")]
    [InlineData("no name at all", "its certificate is for no name, not for 127.0.0.1")]
    [InlineData("not named by tls-server-name, though by its address", "its certificate is for 127.0.0.1, not for api.cluster.test")]
    [InlineData("for clients alone", "its certificate is not for servers (extended key usage)")]
    [InlineData(
        "by an authority for clients alone", "the certificate of its authority 'CN=client-ca' is not for servers (extended key usage)")]
    [InlineData("by another authority", "its certificate is signed by an unknown authority")]
    [InlineData("by an intermediate that is not sent", "its certificate is signed by an unknown authority")]
    [InlineData("by the authority's name and another key", "its certificate is refused (NotSignatureValid)")]
    [InlineData("by an anchor that is no authority", "the certificate of its authority 'CN=no-ca' is refused (InvalidBasicConstraints)")]
    public void The_reason_is_told(string kind, string reason) => Assert.Equal(reason, RefusalOf(CertificateCases.Refused[kind]()));

    [Fact]
    public void A_wrong_name_is_the_reason_whatever_else_is_wrong()
    {
        var leaf = TestCertificate.SelfSigned(
            Server with
            {
                Names = ["127.0.0.2"],
                From = TimeSpan.FromDays(-2),
                To = TimeSpan.FromDays(-1),
                Usages = ["1.3.6.1.5.5.7.3.2"],
            });

        Assert.Equal("its certificate is for 127.0.0.2, not for 127.0.0.1", RefusalOf(new CertificateCase(leaf) { Anchors = Root.Pem }));
    }

    [Fact]
    public void Both_ends_of_its_validity_count()
    {
        // Its authority outlives it at both ends, also where a second passed between the two.
        var leaf = Root.Issue(Server with { From = TimeSpan.FromMinutes(-1), To = TimeSpan.FromMinutes(1) });
        var time = new FakeTimeProvider(new DateTimeOffset(leaf.Certificate.NotBefore.ToUniversalTime()));
        var trust = new ServerTrust([Root.Public], "", time);

        Assert.Null(trust.Refusal(leaf.Public, [], "127.0.0.1"));
        time.SetUtcNow(new DateTimeOffset(leaf.Certificate.NotAfter.ToUniversalTime()));
        Assert.Null(trust.Refusal(leaf.Public, [], "127.0.0.1"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("its certificate expired at 20", trust.Refusal(leaf.Public, [], "127.0.0.1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forged_signature_anywhere_below_the_anchor_is_refused(bool isRootSent)
    {
        var lower = Intermediate.Issue(CertificateSpec.Authority("lower"));
        var forgedLower = Intermediate.Forge(CertificateSpec.Authority("lower"));
        var trust = new ServerTrust([Intermediate.Public], "", TimeProvider.System);
        X509Certificate2[] root = isRootSent ? [Root.Public] : [];

        Assert.Null(trust.Refusal(lower.Issue(Server).Public, [lower.Public, .. root], "127.0.0.1"));
        Assert.NotNull(trust.Refusal(lower.Forge(Server).Public, [lower.Public, .. root], "127.0.0.1"));
        Assert.NotNull(trust.Refusal(forgedLower.Issue(Server).Public, [forgedLower.Public, .. root], "127.0.0.1"));
        Assert.NotNull(trust.Refusal(lower.Issue(Server).Public, [forgedLower.Public, .. root], "127.0.0.1"));
    }

    [Fact]
    public void A_signature_by_SHA_1_is_refused_below_the_anchor_and_does_not_matter_on_it()
    {
        var old = TestCertificate.SelfSigned(CertificateSpec.Authority("old") with { IsSignedBySha1 = true });
        var trust = new ServerTrust([old.Public], "", TimeProvider.System);

        Assert.Null(trust.Refusal(old.Issue(Server).Public, [], "127.0.0.1"));
        Assert.StartsWith(
            "its certificate is signed by an algorithm that is not secure",
            trust.Refusal(old.Issue(Server with { IsSignedBySha1 = true }).Public, [], "127.0.0.1"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_unknown_client_wrote_into_a_certificate_is_told_fit_for_a_terminal_and_not_at_length()
    {
        var leaf = Root.Issue(
            Server with { Names = ["dns:a\e[31m.test", $"dns:{new string('b', 200)}", "dns:c", "dns:d", "dns:e", "dns:f", "dns:g"] });

        var refusal = RefusalOf(new CertificateCase(leaf) { Anchors = Root.Pem });

        Assert.Equal($"its certificate is for a?[31m.test, {new string('b', 100)}…, c, d, e and 2 others, not for 127.0.0.1", refusal);
    }

    [Theory]
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "0:0:0:0:0:0:0:1", true)]
    [InlineData("dns:api.test", "api.test.", true)]
    [InlineData("dns:api_server.test", "api_server.test", true)]
    [InlineData("dns:*", "api", false)]
    [InlineData("dns:*.test", "*.test", false)]
    [InlineData("dns:a.*.test", "a.b.test", false)]
    [InlineData("dns:api.test", "", false)]
    public void Names_and_addresses_are_compared_as_they_are_meant(string name, string host, bool isAccepted) => Assert.Equal(
        isAccepted,
        new ServerTrust([Root.Public], "", TimeProvider.System).Refusal(
            Root.Issue(Server with { Names = [name] }).Public, [], host) is null);

    private static string? RefusalOf(CertificateCase certificate) =>
        new ServerTrust(
            certificate.Anchors is { } pem ? PemCertificates.Read(pem) : null, certificate.TlsServerName ?? "", TimeProvider.System)
            .Refusal(certificate.Leaf.Public, [.. certificate.Sent.Select(sent => sent.Public)], certificate.Host);
}
