using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Kubeconfigs;

/// <summary>Every field of a kubeconfig. That kubectl does the same is tested end to end, with the same kubeconfigs.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public static TheoryData<string> Accepted => [.. KubeconfigCases.Accepted.Keys];

    public static TheoryData<string> Refused => [.. KubeconfigCases.Refused.Keys];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_can_be_used_is(string what) => Assert.NotNull(Open(KubeconfigCases.Accepted[what]).Current);

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_can_not_be_used_is_refused_in_one_line(string what) =>
        Assert.DoesNotContain('\n', Assert.Throws<ConnectionSourceException>(() => Open(KubeconfigCases.Refused[what])).Message);

    [Theory]
    [InlineData("a number for a token", "can't be read: users[0].user.token is a number, not text")]
    [InlineData("as-groups that are no list", "can't be read: users[0].user.as-groups is text, not a list")]
    [InlineData(
        "insecure-skip-tls-verify as text", "can't be read: clusters[0].cluster.insecure-skip-tls-verify is text, not true or false")]
    [InlineData("two users of one name", "can't be read: users has 'me' twice")]
    [InlineData("another kind", "can't be read: it is v1 Pod, not v1 Config")]
    [InlineData("text instead of a mapping", "can't be read: it is not a mapping")]
    [InlineData("auth-provider", "auth-provider 'gcp' is not supported: use an exec plugin, a token or a client certificate")]
    [InlineData("as-groups without as", "as-uid, as-groups and as-user-extra require as")]
    [InlineData(
        "insecure-skip-tls-verify and a certificate authority", "insecure-skip-tls-verify and a certificate authority are both given")]
    [InlineData(
        "proxy-url with another scheme",
        "proxy-url 'ftp://127.0.0.1:1' is not an address like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT")]
    [InlineData("server with another scheme", "is not an address like https://HOST:PORT")]
    public void The_reason_is_told(string what, string reason) =>
        Assert.EndsWith(
            reason, Assert.Throws<ConnectionSourceException>(() => Open(KubeconfigCases.Refused[what])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("token: \"secret\\nsecret\"")]
    [InlineData("tokenFile: secret")]
    public void No_message_holds_a_token(string user)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "secret"), "secret\nsecret");

        var error = Assert.Throws<ConnectionSourceException>(
            () => Open(KubeconfigCases.Accepted["token"].Replace("token: of-user", user, StringComparison.Ordinal)));

        Assert.EndsWith("the token contains characters that are invalid in a header", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_in_the_servers_address_is_refused() => Assert.EndsWith(
        "is not an address like https://HOST:PORT",
        Assert.Throws<ConnectionSourceException>(
            () => Open(KubeconfigCases.Accepted["token"].Replace("https://", "https://me:pass@", StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Aliases_that_grow_without_end_are_refused()
    {
        var lines = Enumerable.Range(1, 30).Select(level => $"a{level}: &a{level} [*a{level - 1}, *a{level - 1}, *a{level - 1}]");

        Assert.Contains(
            "can't be read",
            Assert.Throws<ConnectionSourceException>(() => Open($"a0: &a0 [x]\n{string.Join('\n', lines)}")).Message,
            StringComparison.Ordinal);
    }

    private ClusterConnection Open(string kubeconfig) =>
        new(
            new KubeconfigFolder(_folder.FullName).Write("kubeconfig", kubeconfig, port: 1),
            context: null,
            TimeProvider.System,
            ConnectionUse.Command);
}
