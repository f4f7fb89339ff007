using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>Kinds of server certificates, good and bad. All names are of the server at 127.0.0.1.</summary>
public static class CertificateCases
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string AnyUsage = "2.5.29.37.0";

    private static readonly TestCertificate Root = TestCertificate.SelfSigned(CertificateSpec.Authority("cluster-ca"));
    private static readonly TestCertificate Intermediate = Root.Issue(CertificateSpec.Authority("intermediate"));
    private static readonly TestCertificate Other = TestCertificate.SelfSigned(CertificateSpec.Authority("other-ca"));
    private static readonly TestCertificate Namesake = TestCertificate.SelfSigned(CertificateSpec.Authority("cluster-ca"));

    private static readonly CertificateSpec Server = new("kube-apiserver") { Names = ["127.0.0.1"] };

    /// <summary>The accepted kinds, by their names.</summary>
    public static FrozenDictionary<string, Func<CertificateCase>> Accepted { get; } = new Dictionary<string, Func<CertificateCase>>(
        StringComparer.Ordinal)
    {
        ["valid, by its address"] = () => By(Root, Server),
        ["valid, by its DNS name"] = () => By(Root, Server with { Names = ["dns:localhost"] }) with { Host = "localhost" },
        ["without extended key usages"] = () => By(Root, Server with { Usages = [] }),
        ["for any usage"] = () => By(Root, Server with { Usages = [AnyUsage] }),
        ["by an intermediate that is sent"] = () => By(Intermediate, Server) with { Sent = [Intermediate], Anchors = Root.Pem },
        ["by an intermediate that alone is an anchor"] = () => By(Intermediate, Server),
        ["by an intermediate that alone is an anchor, its issuer sent"] = () => By(Intermediate, Server) with
        {
            Sent = [Intermediate, Root],
        },
        ["by an intermediate that is sent cross-signed"] = () => By(Intermediate, Server) with { Sent = [CrossSigned(), Other] },
        ["two levels below an intermediate that is an anchor"] = () =>
        {
            var lower = Intermediate.Issue(CertificateSpec.Authority("lower"));
            return By(lower, Server) with { Sent = [lower], Anchors = Intermediate.Pem };
        },
        ["self-signed and itself the anchor"] = () => Itself(TestCertificate.SelfSigned(Server)),
        ["by a foreign authority and itself the anchor"] = () => Itself(Other.Issue(Server)),
        ["by the newer of two authorities of one name"] = () => By(Namesake, Server with { NamesIssuersKey = false }) with
        {
            Anchors = Root.Pem + Namesake.Pem,
        },
        ["by the older of two authorities of one name"] = () => By(Namesake, Server with { NamesIssuersKey = false }) with
        {
            Anchors = Namesake.Pem + Root.Pem,
        },
        ["in a CA file with other text"] = () => By(Root, Server) with { Anchors = $"# the cluster's CA\n{Other.Pem}\n{Root.Pem}\nend\n" },
        ["named by tls-server-name"] = () => Named("api.cluster.test", "dns:api.cluster.test"),
        ["named by tls-server-name in capitals"] = () => Named("API.cluster.test", "dns:api.Cluster.test"),
        ["an address by tls-server-name"] = () => Named("10.0.0.1", "10.0.0.1"),
        ["a wildcard for one label"] = () => Named("api.cluster.test", "dns:*.cluster.test"),
        ["below a name constraint"] = () => Constrained("api.cluster.test"),
        ["known to the system store where no CA is given"] = () => new CertificateCase(Root.Issue(Server)) { SystemStore = Root.Pem },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The refused kinds, by their names.</summary>
    public static FrozenDictionary<string, Func<CertificateCase>> Refused { get; } = new Dictionary<string, Func<CertificateCase>>(
        StringComparer.Ordinal)
    {
        ["another name"] = () => By(Root, Server with { Names = ["dns:kubelet.cluster.test"] }),
        ["another address"] = () => By(Root, Server with { Names = ["127.0.0.2"] }),
        ["an address as a DNS name"] = () => By(Root, Server with { Names = ["dns:127.0.0.1"] }),
        ["a common name alone"] = () => By(Root, new CertificateSpec("localhost")) with { Host = "localhost" },
        ["no name at all"] = () => By(Root, new CertificateSpec("kube-apiserver")),
        ["expired"] = () => By(Root, Server with { From = TimeSpan.FromDays(-2), To = TimeSpan.FromMinutes(-5) }),
        ["not yet valid"] = () => By(Root, Server with { From = TimeSpan.FromMinutes(5) }),
        ["for clients alone"] = () => By(Root, Server with { Usages = [ClientAuth] }),
        ["by another authority"] = () => By(Other, Server) with { Anchors = Root.Pem },
        ["by another authority, which is sent"] = () => By(Other, Server) with { Anchors = Root.Pem, Sent = [Other] },
        ["by another authority of the same name"] = () => By(Namesake, Server) with { Anchors = Root.Pem },
        ["by the authority's name and another key"] = () => new CertificateCase(Root.Forge(Server)) { Anchors = Root.Pem },
        ["by the name of an intermediate anchor and another key"] = () => new CertificateCase(
            Intermediate.Forge(Server)) { Anchors = Intermediate.Pem },
        ["known to the system store beside a given CA"] = () => By(Other, Server) with { Anchors = Root.Pem, SystemStore = Other.Pem },
        ["unknown to the system store where no CA is given"] = () => new CertificateCase(Root.Issue(Server)) { SystemStore = Other.Pem },
        ["known to the system store under another name"] = () => new CertificateCase(
            Root.Issue(Server with { Names = ["127.0.0.2"] })) { SystemStore = Root.Pem },
        ["self-signed"] = () => Itself(TestCertificate.SelfSigned(Server)) with { Anchors = Root.Pem },
        ["self-signed, itself the anchor, expired"] = () => Itself(
            TestCertificate.SelfSigned(Server with { From = TimeSpan.FromDays(-2), To = TimeSpan.FromMinutes(-5) })),
        ["self-signed, itself the anchor, of another name"] = () => Itself(
            TestCertificate.SelfSigned(Server with { Names = ["127.0.0.2"] })),
        ["by an intermediate that is not sent"] = () => By(Intermediate, Server) with { Anchors = Root.Pem },
        ["by a certificate of the authority that is none itself"] = () => Below(Root.Issue(Server)) with { Anchors = Root.Pem },
        ["by a certificate without basic constraints"] = () => Below(Root.Issue(Server with { IsAuthority = null })) with
        {
            Anchors = Root.Pem,
        },
        ["by an anchor that is no authority"] = () => By(TestCertificate.SelfSigned(Server with { Subject = "no-ca" }), Server),
        ["by an anchor that is an intermediate and no authority"] = () => By(Other.Issue(Server with { Subject = "no-ca" }), Server),
        ["by an anchor whose key may not sign"] = () => By(
            TestCertificate.SelfSigned(CertificateSpec.Authority("no-signer") with { KeyUsage = X509KeyUsageFlags.DigitalSignature }),
            Server),
        ["by an authority for clients alone"] = () => Below(
            Root.Issue(CertificateSpec.Authority("client-ca") with { Usages = [ClientAuth] })) with { Anchors = Root.Pem },
        ["by an expired authority"] = () => By(
            TestCertificate.SelfSigned(
                CertificateSpec.Authority("old-ca") with { From = TimeSpan.FromDays(-2), To = TimeSpan.FromMinutes(-5) }),
            Server),
        ["by an expired intermediate that alone is an anchor"] = () => By(
            Root.Issue(CertificateSpec.Authority("old") with { From = TimeSpan.FromDays(-2), To = TimeSpan.FromMinutes(-5) }), Server),
        ["by an expired intermediate that is sent"] = () => Below(
            Root.Issue(CertificateSpec.Authority("old") with { From = TimeSpan.FromDays(-2), To = TimeSpan.FromMinutes(-5) })) with
            {
                Anchors = Root.Pem,
            },
        ["below more authorities than their issuer lets"] = () =>
        {
            var upper = Root.Issue(CertificateSpec.Authority("upper") with { PathLength = 0 });
            var lower = upper.Issue(CertificateSpec.Authority("lower"));
            return By(lower, Server) with { Sent = [lower, upper], Anchors = Root.Pem };
        },
        ["not named by tls-server-name, though by its address"] = () => By(Root, Server) with { TlsServerName = "api.cluster.test" },
        ["an address that is not tls-server-name"] = () => Named("10.0.0.1", "127.0.0.1"),
        ["a wildcard for two labels"] = () => Named("api.east.cluster.test", "dns:*.cluster.test"),
        ["a wildcard for no label"] = () => Named("cluster.test", "dns:*.cluster.test"),
        ["a wildcard for a part of a label"] = () => Named("api.cluster.test", "dns:a*.cluster.test"),
        ["outside a name constraint"] = () => Constrained("api.other.test"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static CertificateCase By(TestCertificate issuer, CertificateSpec server) => new(issuer.Issue(server)) { Anchors = issuer.Pem };

    private static CertificateCase Below(TestCertificate sent) => By(sent, Server) with { Sent = [sent] };

    private static CertificateCase Itself(TestCertificate leaf) => new(leaf) { Anchors = leaf.Pem };

    private static CertificateCase Named(string tlsServerName, string name) =>
        By(Root, Server with { Names = [name] }) with { TlsServerName = tlsServerName };

    private static TestCertificate CrossSigned() => Intermediate.CrossSignedBy(Other, CertificateSpec.Authority("intermediate"));

    private static CertificateCase Constrained(string name)
    {
        var authority = Root.Issue(CertificateSpec.Authority("constrained") with { PermittedSubtree = "cluster.test" });
        return By(authority, Server with { Names = [$"dns:{name}"] }) with { Sent = [authority], Anchors = Root.Pem, TlsServerName = name };
    }
}
