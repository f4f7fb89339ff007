using AdmissionGuard.TestCluster.Identity;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>
/// Which server certificates are taken for the API server's: as kubectl does, with the same kubeconfig and the same server.
/// </summary>
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
        var options = certificate.Kubeconfig(client, server.Port);

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
        var options = certificate.Kubeconfig(client, server.Port);

        Assert.NotEqual(0, (await client.KubectlAsync(options)).ExitCode);
        var before = server.Connections;
        Assert.True(before > 0);
        Assert.Equal(3, (await PlanAsync(client, certificate, options)).ExitCode);
        Assert.True(server.Connections > before);
        Assert.Empty(server.Requests);
    }

    // What the system trusts is another process's affair.
    private static Task<CommandResult> PlanAsync(Client client, CertificateCase certificate, string[] options) =>
        certificate.SystemStore is null ? Client.PlanHereAsync(options[1]) : client.OursAsync("plan", options);
}
