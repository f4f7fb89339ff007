using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

public sealed class ServiceAccountTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public ServiceAccountTests()
    {
        File.WriteAllText(At("token"), "first");
        File.WriteAllText(At("ca.crt"), KubeconfigFolder.Server.Anchors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("10.0.0.1", "443", "https://10.0.0.1/")]
    [InlineData("10.0.0.1", "6443", "https://10.0.0.1:6443/")]
    [InlineData("fd00::1", "443", "https://[fd00::1]/")]
    [InlineData("kubernetes.default.svc", "443", "https://kubernetes.default.svc/")]
    public void Its_address_is_that_of_the_environment(string host, string port, string address) =>
        Assert.Equal(address, Read(host, port)?.Server.AbsoluteUri);

    [Theory]
    [InlineData("", "443")]
    [InlineData("10.0.0.1", "")]
    public void Outside_of_a_pod_there_is_none(string host, string port) => Assert.Null(Read(host, port));

    [Fact]
    public void Without_a_token_there_is_none()
    {
        File.Delete(At("token"));

        Assert.Null(Read("10.0.0.1", "443"));
    }

    [Fact]
    public void A_new_token_takes_no_new_connection_and_a_new_authority_does()
    {
        var settings = Read("10.0.0.1", "443")!;
        var before = ContentFingerprint.OfFiles(settings.Files);

        File.WriteAllText(At("token"), "second");
        Assert.Equal(before, ContentFingerprint.OfFiles(settings.Files));
        Assert.Equal(At("token"), settings.TokenFile);

        File.WriteAllText(At("ca.crt"), "other");
        Assert.NotEqual(before, ContentFingerprint.OfFiles(settings.Files));
    }

    [Fact]
    public void Without_its_authority_it_is_not_used_rather_than_with_the_systems()
    {
        File.Delete(At("ca.crt"));
        Assert.Contains(
            "ca.crt", Assert.Throws<ConnectionSourceException>(() => Read("10.0.0.1", "443")).Message, StringComparison.Ordinal);

        File.WriteAllText(At("ca.crt"), "");
        var settings = Read("10.0.0.1", "443")!;
        Assert.EndsWith(
            "the certificate authority contains no complete certificate",
            Assert.Throws<ConnectionSourceException>(() => ApiServerConnection.Open(settings, _ => null, TimeProvider.System)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_environments_proxy_counts_in_a_pod_too()
    {
        var connection = ApiServerConnection.Open(
            Read("10.0.0.1", "443")!, name => name == "HTTPS_PROXY" ? "http://me:secret@proxy:3128" : null, TimeProvider.System);

        Assert.Equal("the API server at https://10.0.0.1 through the proxy http://proxy:3128", connection.Name);
    }

    private ConnectionSettings? Read(string host, string port) => ServiceAccount.Read(
        name => name switch { "KUBERNETES_SERVICE_HOST" => host, "KUBERNETES_SERVICE_PORT" => port, _ => null }, _folder.FullName);

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
