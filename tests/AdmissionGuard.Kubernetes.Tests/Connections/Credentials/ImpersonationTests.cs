using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Credentials;

public sealed class ImpersonationTests
{
    [Fact]
    public async Task Each_value_is_a_line_of_its_own_as_the_API_server_reads_them()
    {
        var impersonation = new Impersonation(
            "jöhn", "06f6", ["dev", "ops, all", "dev"],
            [new("Example.com/Why %", ["a", "b, c"]), new("SCOPES", ["view"]), new("scopes", ["edit"]), new("none", [])]);

        Assert.Equal(
            [
                "IMPERSONATE-EXTRA-EXAMPLE.COM%2FWHY%20%25: a", "IMPERSONATE-EXTRA-EXAMPLE.COM%2FWHY%20%25: b, c",
                "IMPERSONATE-EXTRA-SCOPES: edit", "IMPERSONATE-EXTRA-SCOPES: view",
                "IMPERSONATE-GROUP: dev", "IMPERSONATE-GROUP: dev", "IMPERSONATE-GROUP: ops, all",
                "IMPERSONATE-UID: 06f6", "IMPERSONATE-USER: jöhn",
            ],
            await SentAsync(impersonation));
    }

    [Fact]
    public async Task Long_lists_are_sent_whole()
    {
        string[] groups = [.. Enumerable.Range(0, 60).Select(number => $"group-{number:000}-{new string('x', 100)}")];

        Assert.Equal(
            [.. groups.Select(group => $"IMPERSONATE-GROUP: {group}"), "IMPERSONATE-USER: alice"],
            await SentAsync(new Impersonation("alice", "", [.. groups], [])));
    }

    [Theory]
    [InlineData("al\nice")]
    [InlineData("al\rice")]
    [InlineData("al\0ice")]
    [InlineData("al\uffffice")]
    public void What_could_end_a_line_is_refused_by_name(string value)
    {
        foreach (var impersonation in (Impersonation[])[
            new(value, "", [], []), new("a", value, [], []), new("a", "", ["g", value], []), new("a", "", [], [new("k", [value])])
        ])
        {
            var error = Assert.Throws<ConnectionSourceException>(
                () => ApiServerConnection.Open(Settings(1) with { Impersonation = impersonation }, _ => null, TimeProvider.System));
            Assert.Equal("it: as, as-uid, as-groups or as-user-extra contains characters that are invalid in a header", error.Message);
        }
    }

    private static ConnectionSettings Settings(int port) =>
        new("it", new Uri($"https://127.0.0.1:{port}/")) { CertificateAuthorities = KubeconfigFolder.Server.Anchors };

    private static async Task<IEnumerable<string>> SentAsync(Impersonation impersonation)
    {
        await using var server = await RecordingServer.StartAsync(KubeconfigFolder.Server, TestContext.Current.CancellationToken);
        var connection = ApiServerConnection.Open(
            Settings(server.Port) with { Impersonation = impersonation }, _ => null, TimeProvider.System);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(connection.BaseUri, "version"));
        await connection.PrepareAsync(request, TestContext.Current.CancellationToken);
        using var response = await connection.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return Assert.Single(server.Requests).Identity.Impersonation;
    }
}
