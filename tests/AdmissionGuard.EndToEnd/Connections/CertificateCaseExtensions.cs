using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

internal static class CertificateCaseExtensions
{
    /// <summary>Writes a kubeconfig for a server with the certificate, and what the system trusts.</summary>
    /// <returns>The options that name it.</returns>
    public static string[] Kubeconfig(this CertificateCase certificate, Client client, int port)
    {
        client.TrustBySystem(certificate.SystemStore ?? TestCertificate.SelfSigned(CertificateSpec.Authority("stranger")).Pem);
        var anchors = certificate.Anchors is { } pem ? $", certificate-authority: {client.Write("ca.crt", pem)}" : "";
        var name = certificate.TlsServerName is { } given ? $", tls-server-name: {given}" : "";
        return ["--kubeconfig", client.Write("kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts: [{name: it, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "https://{{{certificate.Host}}}:{{{port}}}"{{{anchors}}}{{{name}}}}}]
            users: [{name: me, user: {token: secret-token}}]
            """)];
    }
}
