using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>
/// What <see cref="ServerCertificateTests"/> find of <c>plan</c> holds of <c>doctor</c> and <c>serve</c> too. A class of its own, since
/// both wait for programs.
/// </summary>
public sealed class ServerCertificateOfEveryCommandTests
{
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
        var options = certificate.Kubeconfig(client, server.Port);

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
        var options = certificate.Kubeconfig(client, server.Port);

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
        var options = certificate.Kubeconfig(client, server.Port);

        foreach (var command in Client.Commands)
        {
            Assert.NotEqual(0, (await client.OursAsync(command, options)).ExitCode);
        }

        Assert.True((await client.ServeAsync(isReadyAwaited: false, options)).HasEnded, what);
        Assert.Equal(0, server.Connections);
    }
}
