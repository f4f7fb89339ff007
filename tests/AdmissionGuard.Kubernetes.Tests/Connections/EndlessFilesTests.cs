using AdmissionGuard.Kubernetes.Connections;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>No file that a kubeconfig, its environment or a pod names is read without a bound.</summary>
public sealed class EndlessFilesTests : IDisposable
{
    private const string Kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: "https://HOST", CLUSTER}}]
        users: [{name: me, user: {USER}}]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("certificate-authority: /dev/zero", "token: x", "2 Mi")]
    [InlineData("certificate-authority: ca.crt", "tokenFile: /dev/zero", "2 Mi")]
    [InlineData("certificate-authority: ca.crt", "client-certificate: /dev/zero, client-key: client.key", "2 Mi")]
    [InlineData("certificate-authority: ca.crt", "client-certificate: client.crt, client-key: /dev/zero", "2 Mi")]
    public void A_file_of_a_kubeconfig_that_has_no_end_is_refused_by_name(string cluster, string user, string bound) =>
        RefusesToOpen(Write(cluster, user), $"'/dev/zero' is longer than {bound} characters");

    [Fact]
    public void A_kubeconfig_that_has_no_end_is_refused_by_name() => RefusesToOpen("/dev/zero", "'/dev/zero' is longer than 16 Mi characters");

    [Theory]
    [InlineData("certificate-authority: \"a\\0b\"", "token: x")]
    [InlineData("certificate-authority: ca.crt", "tokenFile: \"a\\0b\"")]
    [InlineData("certificate-authority: ca.crt", "client-certificate: \"a\\0b\", client-key: client.key")]
    [InlineData("certificate-authority: ca.crt", "exec: {command: \"./a\\0b\", interactiveMode: Never, apiVersion: client.authentication.k8s.io/v1}")]
    public void A_name_that_no_file_can_have_is_refused(string cluster, string user) => RefusesToOpen(Write(cluster, user), "a\0b' is not the name of a file");

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("token")]
    public void A_file_of_a_service_account_that_has_no_end_is_refused_by_name(string endless)
    {
        File.WriteAllText(At("token"), "first");
        File.WriteAllText(At("ca.crt"), KubeconfigFolder.Server.Anchors);
        File.Delete(At(endless));
        File.CreateSymbolicLink(At(endless), "/dev/zero");

        var error = Assert.Throws<ConnectionSourceException>(() => ApiServerConnection.Open(
            ServiceAccount.Read(name => name.EndsWith("HOST", StringComparison.Ordinal) ? "10.0.0.1" : "443", _folder.FullName)!, _ => null, TimeProvider.System));

        Assert.Contains($"'{At(endless)}' is longer than 2 Mi characters", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kubeconfig")]
    [InlineData("ca.crt")]
    public void A_file_that_grows_beyond_its_bound_leaves_the_connection_of_before(string grown)
    {
        var connection = Open(Write("certificate-authority: ca.crt", "token: x"));
        var before = connection.Current;
        File.AppendAllText(At(grown), $"\n#{new string('x', 16 << 20)}\n");

        Assert.Contains($"'{At(grown)}' is longer than", Assert.Throws<ConnectionSourceException>(() => connection.Refresh()).Message, StringComparison.Ordinal);
        Assert.Same(before, connection.Current);

        Write("certificate-authority: ca.crt", "token: second");
        Assert.True(connection.Refresh());
        Assert.NotSame(before, connection.Current);
    }

    [Fact]
    public void The_fingerprint_of_a_file_without_an_end_is_found_and_tells_it_from_others()
    {
        var fingerprint = FileFingerprint.Of(["/dev/zero"]);

        Assert.Equal(fingerprint, FileFingerprint.Of(["/dev/zero"]));
        Assert.NotEqual(fingerprint, FileFingerprint.Of(["/dev/null"]));
    }

    private static void RefusesToOpen(string kubeconfig, string words) =>
        Assert.Contains(words, Assert.Throws<ConnectionSourceException>(() => Open(kubeconfig)).Message, StringComparison.Ordinal);

    private static ClusterConnection Open(string kubeconfig) => new(kubeconfig, context: null, TimeProvider.System, ConnectionUse.Command);

    private string Write(string cluster, string user) => new KubeconfigFolder(_folder.FullName).Write(
        "kubeconfig", Kubeconfig.Replace("CLUSTER", cluster, StringComparison.Ordinal).Replace("USER", user, StringComparison.Ordinal), port: 1);

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
