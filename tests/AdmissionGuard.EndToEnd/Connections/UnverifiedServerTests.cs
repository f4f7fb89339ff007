using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>What is done with a server that nobody verifies.</summary>
public sealed class UnverifiedServerTests
{
    [Fact]
    public async Task Commands_do_as_kubectl_does_and_warn_and_serve_refuses_it_by_name()
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(
            CertificateCases.Refused["another address"](), TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, $"https://127.0.0.1:{server.Port}", ", insecure-skip-tls-verify: true");

        (await client.KubectlAsync(options)).Ok();
        foreach (var command in (string[])[.. Client.Commands, "unregister"])
        {
            server.Requests.Clear();
            var answer = await client.OursAsync(command, options);
            Assert.NotEmpty(server.Requests);
            Assert.StartsWith(
                $"Warning: kubeconfig {options[1]}: insecure-skip-tls-verify: the API server's identity is not verified\n",
                answer.Error,
                StringComparison.Ordinal);
        }

        server.Requests.Clear();
        var (before, serve) = (server.Connections, await client.ServeAsync(isReadyAwaited: false, options));
        Assert.True(serve.HasEnded);
        Assert.Contains(
            $"Error: kubeconfig {options[1]}: insecure-skip-tls-verify is refused: serve must verify the API server's identity",
            serve.Log,
            StringComparison.Ordinal);
        Assert.Equal(before, server.Connections);
    }

    [Fact]
    public async Task Plain_HTTP_gets_no_credentials_and_serve_takes_it_from_this_machine_alone()
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate: null, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, $"http://127.0.0.1:{server.Port}", "");

        (await client.KubectlAsync(options)).Ok();
        foreach (var command in Client.Commands)
        {
            await client.OursAsync(command, options);
        }

        Assert.True((await client.ServeAsync(isReadyAwaited: true, options)).IsReady);
        Assert.True(server.Requests.Count >= Client.Commands.Length + 2, "kubectl, each command and serve");
        Assert.All(server.Requests, request => Assert.Equal("", request.Identity.Authorization));

        var elsewhere = Kubeconfig(client, "http://api.example.invalid:8080", "");
        Assert.Contains(
            $"Error: kubeconfig {options[1]}: plain HTTP to api.example.invalid:8080 is refused: serve must verify the API server's identity",
            (await client.ServeAsync(isReadyAwaited: false, elsewhere)).Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_scheme_is_one_of_plain_HTTP_as_with_kubectl()
    {
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate: null, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, $"127.0.0.1:{server.Port}", "");

        (await client.KubectlAsync(options)).Ok();
        Assert.Single(server.Requests);
        var answer = await client.OursAsync("plan", options);
        Assert.True(server.Requests.Count > 1, answer.Error);
        Assert.All(server.Requests, request => Assert.Equal("", request.Identity.Authorization));
    }

    private static string[] Kubeconfig(Client client, string server, string more) => ["--kubeconfig", client.Write("kubeconfig", $$$"""
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: here, user: me}}]
        clusters: [{name: here, cluster: {server: "{{{server}}}"{{{more}}}}}]
        users: [{name: me, user: {token: secret-token}}]
        """)];
}
