using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>No file that a connection is made of is read without a bound.</summary>
public sealed class EndlessFilesTests : IDisposable
{
    private const string Secret = "is longer than 1 Mi characters";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly FakeTimeProvider _time = new();

    public EndlessFilesTests()
    {
        var authority = TestCertificate.SelfSigned(new CertificateSpec("ca"));
        File.WriteAllText(At("ca.crt"), authority.Pem);
        File.WriteAllText(At("token"), "first");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("certificate-authority: long", "token: x", Secret)]
    [InlineData("certificate-authority: ca.crt", "tokenFile: long", Secret)]
    [InlineData("certificate-authority: ca.crt", "client-certificate: long, client-key: ca.crt", Secret)]
    [InlineData("certificate-authority: ca.crt", "client-certificate: ca.crt, client-key: long", Secret)]
    public void A_file_of_a_kubeconfig_is_read_to_its_bound_and_named(string cluster, string user, string words)
    {
        Lengthen("long", 1 << 20);

        var error = Assert.Throws<ConnectionSourceException>(() => Open(cluster, user));

        Assert.Contains($"'{At("long")}' {words}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate-authority: \"a\\0b\"", "token: x")]
    [InlineData("certificate-authority: ca.crt", "tokenFile: \"a\\0b\"")]
    [InlineData("certificate-authority: ca.crt", "client-certificate: \"a\\0b\", client-key: ca.crt")]
    [InlineData("certificate-authority: ca.crt", "exec: {command: \"./a\\0b\", apiVersion: client.authentication.k8s.io/v1beta1}")]
    public void A_name_that_no_file_can_have_is_refused(string cluster, string user)
    {
        var error = Assert.Throws<ConnectionSourceException>(() => Open(cluster, user));

        Assert.EndsWith("a\0b' is not the name of a file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kubeconfig_is_read_to_its_bound_and_named()
    {
        Lengthen("long", 16 << 20);

        var error = Assert.Throws<ConnectionSourceException>(() => new ClusterConnection(At("long")));

        Assert.Equal($"kubeconfig {At("long")} can't be read: '{At("long")}' is longer than 16 Mi characters", error.Message);
    }

    [Fact]
    public void A_file_that_grows_past_its_bound_leaves_the_connection_as_it_was_until_it_is_good_again()
    {
        var connection = Open("certificate-authority: ca.crt", "token: x");
        var (before, good) = (connection.Current, File.ReadAllText(At("ca.crt")));

        Lengthen("ca.crt", 1 << 20);
        Assert.Equal(ReloadResult.Refused, connection.Refresh());
        Assert.Contains(Secret, connection.Rejected, StringComparison.Ordinal);
        Assert.Same(before, connection.Current);

        File.WriteAllText(At("ca.crt"), good);
        Assert.Equal(ReloadResult.Applied, connection.Refresh());
        Assert.Null(connection.Rejected);
        Assert.Same(before, connection.Current);
    }

    [Fact]
    public async Task A_token_file_that_grows_past_its_bound_leaves_the_token_of_before()
    {
        var connection = Open("certificate-authority: ca.crt", "tokenFile: token");
        Lengthen("token", 1 << 20);
        _time.Advance(TimeSpan.FromMinutes(1));

        using var request = new HttpRequestMessage();
        await connection.Current.PrepareAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("Bearer first", request.Headers.Authorization!.ToString());
        Assert.Contains(Secret, connection.Current.TakeFailure(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_accounts_authority_is_read_to_its_bound()
    {
        Lengthen("ca.crt", 1 << 20);

        var error = Assert.Throws<ConnectionSourceException>(
            () => ServiceAccount.Read(name => name == "KUBERNETES_SERVICE_PORT" ? "443" : "10.0.0.1", _folder.FullName));

        Assert.Contains($"'{At("ca.crt")}' {Secret}", error.Message, StringComparison.Ordinal);
    }

    private ClusterConnection Open(string cluster, string user)
    {
        File.WriteAllText(At("kubeconfig"), $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts: [{name: it, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "https://127.0.0.1:1", {{{cluster}}}}}]
            users: [{name: me, user: { {{{user}}} }}]
            """);
        return new ClusterConnection(At("kubeconfig"), context: null, _time);
    }

    /// <summary>One character longer than a bound, and no more: code without a bound is not to take the machine down.</summary>
    private void Lengthen(string name, int length) => File.WriteAllText(At(name), new string('x', length + 1));

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
