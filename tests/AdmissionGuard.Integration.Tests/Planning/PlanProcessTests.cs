using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Integration.Tests.Planning;

/// <summary><c>admissionguard plan</c> in a process of its own.</summary>
public sealed class PlanProcessTests : IAsyncLifetime
{
    private StubCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await StubCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_built_program_says_the_same()
    {
        string[] arguments = ["plan", "--kubeconfig", await _cluster.KubeconfigAsync(), "billing", "--to", "gas", "--as", "mover"];

        var built = await new Command("dotnet", [Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), .. arguments]).RunAsync(
            TestContext.Current.CancellationToken);
        var typed = await InProcessCommand.RunAsync(arguments);

        Assert.Equal((0, typed.Output), (built.ExitCode, built.Output));
    }

    [Fact]
    public async Task A_guard_may_have_its_token_from_a_credential_plugin_too()
    {
        const string Script =
            """echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$TOKEN'"}}'""";
        var folder = Directory.CreateTempSubdirectory("admissionguard-");
        var (certificate, key) = TestCertificate.Loopback.WriteTo(folder.FullName);
        string[] serve = [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"), "serve", "--tls-cert", certificate, "--tls-key", key
        ];

        await using (var guard = await GuardProcess.StartAsync(
            [.. serve, "--kubeconfig", await _cluster.PluginKubeconfigAsync(Script)],
            Path.Combine(folder.FullName, "log"),
            TestContext.Current.CancellationToken))
        {
            using var http = new HttpClient(
                new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
            var review = ReviewJson.Update(ReviewJson.Namespace("oil"), ReviewJson.Namespace("gas")).Bytes();
            (await http.PostAsync(
                new Uri(guard.Reviews, "mutate"), RunningGuard.Json(review), TestContext.Current.CancellationToken)).Dispose();
        }

        folder.Delete(recursive: true);
        Assert.NotEmpty(_cluster.Authorizations);
        Assert.All(_cluster.Authorizations, each => Assert.Equal("Bearer of-plugin", each));
    }
}
