using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>No file that says how to connect is read without end.</summary>
public sealed class EndlessFileTests : IDisposable
{
    private const string Endless = "/dev/zero";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("certificate-authority: /dev/zero", "token: t")]
    [InlineData("", "client-certificate: /dev/zero, client-key: /dev/null")]
    [InlineData("", "client-certificate: /dev/null, client-key: /dev/zero")]
    public void A_file_that_a_kubeconfig_names(string cluster, string user)
    {
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        File.WriteAllText(kubeconfig, $$"""
            current-context: it
            contexts: [{name: it, context: {cluster: it, user: it}}]
            clusters: [{name: it, cluster: {server: "https://127.0.0.1:9", {{cluster}}}}]
            users: [{name: it, user: { {{user}} }}]
            """);

        IsTooLong(Assert.Throws<ConnectionSourceException>(() => new ClusterConnection(kubeconfig)));
    }

    [Fact]
    public void A_kubeconfig() => IsTooLong(Assert.Throws<ConnectionSourceException>(() => new ClusterConnection(Endless)));

    [Fact]
    public void A_token_file() =>
        IsTooLong(Assert.Throws<ConnectionSourceException>(() => TokenFileCredentials.Open(Endless, token: "", TimeProvider.System)));

    private static void IsTooLong(ConnectionSourceException e) => Assert.Contains($"'{Endless}' is longer than 16 Mi characters", e.Message, StringComparison.Ordinal);
}
