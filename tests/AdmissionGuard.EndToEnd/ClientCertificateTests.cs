using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// An API server that shows webhooks who it is, as <c>deploy/docs/certificates.md</c> has it, and a guard that listens to nobody else.
/// </summary>
public sealed class ClientCertificateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_server_is_let_in_by_its_client_certificate_and_nobody_without_it()
    {
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation, nameToWebhooks: "the-api-server");
        await TestUsers.CreateAsync(plane);
        var uid = await plane.CreateTenantAsync("gas");
        await using var guard = await Guard.StartAsync(
            plane,
            Cancellation,
            settings: new GuardSettings { Arguments = ["--client-ca", plane.CaFile, "--client-name", "the-api-server"] });
        await plane.Admin.OkAsync("create", "namespace", "billing");

        await plane.KubectlAs("mover").OkAsync("label", "namespace", "billing", $"{GuardedCluster.LabelKey}=gas");

        Assert.Equal(uid, await plane.Admin.OkAsync("get", "namespace", "billing", "-o", "jsonpath={.metadata.ownerReferences[*].uid}"));
        using var another = plane.CertificateOf("mover");
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(guard, null));
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(guard, another));
    }

    private static async Task PostAsync(Guard guard, X509Certificate2? certificate)
    {
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        using var http = new HttpClient(handler);
        using var answer = await http.PostAsync(new Uri(guard.Reviews, "validate"), new StringContent("{}"), Cancellation);
    }
}
