using System.Collections.Frozen;
using System.Text;

namespace AdmissionGuard.TestCluster.Identity;

/// <summary>A folder with the files that kubeconfigs refer to, for a server of one certificate at 127.0.0.1.</summary>
/// <param name="folder">The folder.</param>
public sealed class KubeconfigFolder(string folder)
{
    private static readonly TestCertificate Authority = TestCertificate.SelfSigned(CertificateSpec.Authority("cluster-ca"));
    private static readonly TestCertificate Client = Authority.Issue(new CertificateSpec("client") { Usages = [] });
    private static readonly TestCertificate Stranger = Authority.Issue(new CertificateSpec("stranger") { Usages = [] });

    private static readonly FrozenDictionary<string, string> Files = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ca.crt"] = Authority.Pem,
        ["client.crt"] = Client.Pem,
        ["client.key"] = Client.KeyPem,
        ["other.key"] = Stranger.KeyPem,
        ["token"] = "of-file\n",
        ["empty"] = "",
        // It says what it was told, and gives a token.
        ["plugin.sh"] = """
            printf '%s' "$KUBERNETES_EXEC_INFO" >"$(dirname "$0")/exec-info"
            echo '{"apiVersion":"'${VERSION:-client.authentication.k8s.io/v1}'","kind":"ExecCredential","status":{"token":"of-plugin"}}'
            """,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The server's certificate.</summary>
    public static CertificateCase Server { get; } = new(
        Authority.Issue(new CertificateSpec("kube-apiserver") { Names = ["127.0.0.1"] })) { Anchors = Authority.Pem };

    /// <summary>Writes the files, and a kubeconfig.</summary>
    /// <param name="name">The kubeconfig's name.</param>
    /// <param name="text">The kubeconfig. Words in capitals stand for what a test can't know before: HOST, FOLDER, CA_DATA,
    /// CERTIFICATE_DATA and KEY_DATA.</param>
    /// <param name="port">The server's port.</param>
    /// <returns>The kubeconfig's path.</returns>
    public string Write(string name, string text, int port)
    {
        var path = Path.Combine(folder, name);
        var where = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        foreach (var (file, content) in Files)
        {
            File.WriteAllText(Path.Combine(where, file), content);
        }

        File.WriteAllText(path, text
            .Replace("FOLDER", where, StringComparison.Ordinal)
            .Replace("HOST", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("CA_DATA", Base64(Authority.Pem), StringComparison.Ordinal)
            .Replace("CERTIFICATE_DATA", Base64(Client.Pem), StringComparison.Ordinal)
            .Replace("KEY_DATA", Base64(Client.KeyPem), StringComparison.Ordinal));
        return path;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
