using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

public sealed class ClusterConnectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public ClusterConnectionTests()
    {
        Write("token", "first");
        Write("ca.crt", Certificate().Pem);
        Write("kubeconfig", Kubeconfig("{tokenFile: token}"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_token_file_is_read_again_within_a_minute_and_the_connection_stays()
    {
        var time = new FakeTimeProvider();
        var connection = new ClusterConnection(At("kubeconfig"), context: null, time);
        var before = connection.Current;
        Assert.Equal("Bearer first", await AuthorizationAsync(connection));

        Write("token", "second\n");
        Assert.Equal("Bearer first", await AuthorizationAsync(connection));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("Bearer second", await AuthorizationAsync(connection));
        Assert.Equal(ReloadResult.Same, connection.Refresh());
        Assert.Same(before, connection.Current);
    }

    [Fact]
    public async Task A_CA_file_that_changes_behind_a_link_as_kubelet_swaps_them_is_read_again()
    {
        Directory.CreateDirectory(At("data-1"));
        Directory.CreateDirectory(At("data-2"));
        File.Move(At("ca.crt"), At("data-1/ca.crt"));
        Write("data-2/ca.crt", Certificate().Pem);
        Directory.CreateSymbolicLink(At("..data"), "data-1");
        File.CreateSymbolicLink(At("ca.crt"), "..data/ca.crt");
        var connection = new ClusterConnection(At("kubeconfig"));
        var before = connection.Current;

        // One rename over the old link: File.Move can't do that with a link to a folder.
        Directory.CreateSymbolicLink(At("..data_tmp"), "data-2");
        (await new Command("mv", ["-T", At("..data_tmp"), At("..data")]).RunAsync(TestContext.Current.CancellationToken)).Ok();

        Assert.Equal(ReloadResult.Applied, connection.Refresh());
        Assert.NotSame(before, connection.Current);
    }

    [Fact]
    public void A_half_written_CA_file_leaves_the_client_as_it_was_until_it_is_whole()
    {
        var connection = new ClusterConnection(At("kubeconfig"));
        var before = connection.Current;

        Write("ca.crt", "-----BEGIN CERTIFICATE-----\nMIIB");
        Assert.Equal(ReloadResult.Refused, connection.Refresh());
        Assert.Same(before, connection.Current);

        Write("ca.crt", Certificate().Pem);
        Assert.Equal(ReloadResult.Applied, connection.Refresh());
    }

    [Theory]
    [InlineData("client.key", 0.5)]
    [InlineData("client.key", 0)]
    [InlineData("client.crt", 0.5)]
    [InlineData("client.crt", 0)]
    [InlineData("kubeconfig", 0.9)]
    [InlineData("kubeconfig", 0)]
    public async Task A_half_written_file_leaves_the_client_as_it_was_and_the_guard_running_until_it_is_whole(string file, double share)
    {
        WriteClientCertificate();
        Write("kubeconfig", Kubeconfig("{client-certificate: client.crt, client-key: client.key}"));
        var time = new FakeTimeProvider();
        var connection = new ClusterConnection(At("kubeconfig"));
        var (before, whole) = (connection.Current, await File.ReadAllTextAsync(At(file), TestContext.Current.CancellationToken));
        using var refresher = new ConnectionRefresher(connection, time, NullLogger<ConnectionRefresher>.Instance);
        await refresher.StartAsync(TestContext.Current.CancellationToken);

        Write(file, whole[..(int)(whole.Length * share)]);
        Assert.Equal(ReloadResult.Refused, connection.Refresh());
        Assert.Contains(At("kubeconfig"), connection.Rejected, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', connection.Rejected!);
        Assert.Same(before, connection.Current);
        time.Advance(ConnectionRefresher.Period);

        WriteClientCertificate();
        Write("kubeconfig", Kubeconfig("{client-certificate: client.crt, client-key: client.key}"));
        await ChangesAsync(connection, before, time);
        Assert.False(refresher.ExecuteTask!.IsCompleted);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Files_are_looked_at_every_ten_seconds()
    {
        var time = new FakeTimeProvider();
        var connection = new ClusterConnection(At("kubeconfig"));
        var before = connection.Current;
        using var refresher = new ConnectionRefresher(connection, time, NullLogger<ConnectionRefresher>.Instance);
        await refresher.StartAsync(TestContext.Current.CancellationToken);

        Write("ca.crt", Certificate().Pem);

        await ChangesAsync(connection, before, time);
        await refresher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("missing", "file not found")]
    [InlineData("empty", "it has no current-context, and no --context is given")]
    [InlineData("broken", "can't be read")]
    [InlineData("no context", "it has no current-context, and no --context is given")]
    [InlineData("no user", "users has no 'me', which context 'it' names")]
    public void A_kubeconfig_that_can_not_be_used_is_named_with_its_reason(string what, string words)
    {
        var file = At($"other-{what}");
        var text = what switch
        {
            "empty" => "",
            "broken" => "clusters: [",
            "no context" => "apiVersion: v1",
            "no user" => Kubeconfig("{token: x}").Replace("users:", "others:", StringComparison.Ordinal),
            _ => null,
        };
        if (text is not null)
        {
            Write($"other-{what}", text);
        }

        var error = Assert.Throws<ConnectionSourceException>(() => new ClusterConnection(file));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_is_asked_for_is_taken_and_its_cluster_with_it()
    {
        Write("ca.crt", Certificate().Pem);
        Write("contexts", """
            apiVersion: v1
            kind: Config
            current-context: first
            contexts:
            - {name: first, context: {cluster: here, user: me}}
            - {name: second, context: {cluster: there, user: you}}
            clusters:
            - {name: here, cluster: {server: "https://127.0.0.1:1", certificate-authority: ca.crt}}
            - {name: there, cluster: {server: "https://127.0.0.1:2", certificate-authority: ca.crt}}
            users:
            - {name: me, user: {token: mine}}
            - {name: you, user: {token: yours}}
            """);

        var (current, asked) = (new ClusterConnection(At("contexts")), new ClusterConnection(At("contexts"), "second"));
        var error = Assert.Throws<ConnectionSourceException>(() => new ClusterConnection(At("contexts"), "third"));

        Assert.Equal(("https://127.0.0.1:1/", "Bearer mine"), (current.Current.BaseUri.AbsoluteUri, await AuthorizationAsync(current)));
        Assert.Equal(("https://127.0.0.1:2/", "Bearer yours"), (asked.Current.BaseUri.AbsoluteUri, await AuthorizationAsync(asked)));
        Assert.EndsWith("contexts has no 'third', which --context names", error.Message, StringComparison.Ordinal);
    }

    private static Task ChangesAsync(ClusterConnection connection, ApiServerConnection before, FakeTimeProvider time) => Poll.UntilAsync(
        "the new client",
        TimeSpan.FromSeconds(30),
        () =>
        {
            time.Advance(ConnectionRefresher.Period);
            return Task.FromResult(connection.Current != before);
        },
        TestContext.Current.CancellationToken);

    private static async Task<string?> AuthorizationAsync(ClusterConnection connection)
    {
        using var request = new HttpRequestMessage();
        await connection.Current.PrepareAsync(request, TestContext.Current.CancellationToken);
        return request.Headers.Authorization?.ToString();
    }

    private static string Kubeconfig(string user) => $$$"""
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: "https://127.0.0.1:1", certificate-authority: ca.crt}}]
        users: [{name: me, user: {{{user}}}}]
        """;

    // Another one each time, so that a change is one.
    private static TestCertificate Certificate() => TestCertificate.SelfSigned(CertificateSpec.Loopback);

    private void WriteClientCertificate() => Certificate().WriteTo(_folder.FullName, "client");

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(At(file), text);
}
