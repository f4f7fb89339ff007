using AdmissionGuard.TestCluster;
using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>Which server certificates are taken for the API server's: as kubectl does, with the same kubeconfig and the same server.</summary>
public sealed class ServerCertificateTests
{
    public static TheoryData<string> Accepted => [.. CertificateCases.Accepted.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Refused => [.. CertificateCases.Refused.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task It_is_accepted_as_by_kubectl(string kind)
    {
        var certificate = CertificateCases.Accepted[kind]();
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, certificate, server.Port);

        (await client.KubectlAsync(options)).Ok();
        var name = Assert.Single(server.Requests).ServerName;
        server.Requests.Clear();
        var answer = await PlanAsync(client, certificate, options);

        Assert.True(!server.Requests.IsEmpty, answer.Error);
        Assert.All(server.Requests, request => Assert.Equal(name, request.ServerName));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task It_is_refused_as_by_kubectl_and_no_request_is_sent_to_it(string kind)
    {
        var certificate = CertificateCases.Refused[kind]();
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, certificate, server.Port);

        Assert.NotEqual(0, (await client.KubectlAsync(options)).ExitCode);
        var before = server.Connections;
        Assert.True(before > 0);
        Assert.Equal(3, (await PlanAsync(client, certificate, options)).ExitCode);
        Assert.True(server.Connections > before);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("valid, by its address")]
    [InlineData("valid, by its DNS name")]
    [InlineData("by an intermediate that is sent")]
    [InlineData("by an intermediate that alone is an anchor")]
    [InlineData("named by tls-server-name")]
    [InlineData("a wildcard for one label")]
    [InlineData("known to the system store where no CA is given")]
    public async Task Doctor_and_serve_accept_it_too(string kind)
    {
        var certificate = CertificateCases.Accepted[kind]();
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, certificate, server.Port);

        var answer = await client.OursAsync("doctor", options);

        Assert.True(!server.Requests.IsEmpty, answer.Error);
        Assert.True((await client.ServeAsync(isReadyAwaited: true, options)).IsReady);
    }

    [Theory]
    [InlineData("another name")]
    [InlineData("another address")]
    [InlineData("a common name alone")]
    [InlineData("expired")]
    [InlineData("for clients alone")]
    [InlineData("by another authority")]
    [InlineData("by the authority's name and another key")]
    [InlineData("known to the system store beside a given CA")]
    [InlineData("by a certificate of the authority that is none itself")]
    [InlineData("not named by tls-server-name, though by its address")]
    public async Task Doctor_and_serve_refuse_it_too_and_it_never_sees_a_token(string kind)
    {
        var certificate = CertificateCases.Refused[kind]();
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, certificate, server.Port);

        Assert.Equal(3, (await client.OursAsync("doctor", options)).ExitCode);
        var (seen, serve) = (server.Connections, await client.ServeAsync(isReadyAwaited: false, options));
        Assert.Equal((false, false), (serve.IsReady, serve.HasEnded));
        Assert.True(seen > 0 && server.Connections > seen);
        // Neither a token nor a question: it never learns of anything.
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("without a certificate", "no certificate is in here\n")]
    [InlineData("half written", "-----BEGIN CERTIFICATE-----\nMIIB")]
    public async Task A_CA_file_that_names_nobody_trusts_nobody(string what, string anchors)
    {
        var certificate = CertificateCases.Accepted["known to the system store where no CA is given"]() with { Anchors = anchors };
        using var client = new Client();
        await using var server = await RecordingServer.StartAsync(certificate, TestContext.Current.CancellationToken);
        var options = Kubeconfig(client, certificate, server.Port);

        foreach (var command in Client.Commands)
        {
            Assert.NotEqual(0, (await client.OursAsync(command, options)).ExitCode);
        }

        Assert.True((await client.ServeAsync(isReadyAwaited: false, options)).HasEnded, what);
        Assert.Equal(0, server.Connections);
    }

    // What the system trusts is another process's affair.
    private static Task<CommandResult> PlanAsync(Client client, CertificateCase certificate, string[] options) =>
        certificate.SystemStore is null ? Client.PlanHereAsync(options[1]) : client.OursAsync("plan", options);

    private static string[] Kubeconfig(Client client, CertificateCase certificate, int port)
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
