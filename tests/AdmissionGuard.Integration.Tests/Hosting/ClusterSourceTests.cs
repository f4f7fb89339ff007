using System.Net;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Hosting;

/// <summary>Where <c>serve</c> finds its cluster, as a process with an environment of its own.</summary>
public sealed class ClusterSourceTests : IDisposable
{
    // Its own mounts, which end with it: the folder of a pod's service account can't be chosen.
    private const string InPod = """
        set -e
        mount -t tmpfs none /run
        mkdir -p /run/secrets/kubernetes.io/serviceaccount
        cp "$0"/tls.crt /run/secrets/kubernetes.io/serviceaccount/ca.crt
        printf pod-token >/run/secrets/kubernetes.io/serviceaccount/token
        [ -e /var/run/secrets/kubernetes.io/serviceaccount/token ]
        exec "$@"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ClusterSourceTests() => TestCertificate.Loopback.WriteTo(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task KUBECONFIG_counts_where_no_option_is_given_and_of_several_files_those_that_there_are()
    {
        await using var api = await StubApiServer.StartAsync(TestCertificate.Loopback);
        var kubeconfig = TestKubeconfig.For(api.Url)
            .Replace($"\"{api.Url}\"", $"\"{api.Url}\", certificate-authority: tls.crt", StringComparison.Ordinal);
        await File.WriteAllTextAsync(At("kubeconfig"), kubeconfig, Cancellation);
        await using var guard = await GuardProcess.StartAsync(
            ["env", $"KUBECONFIG=no-such-file:{At("kubeconfig")}", .. Serve], At("log"), Cancellation);

        await MovesAsync(guard, api);

        Assert.NotEmpty(api.Authorizations);
        Assert.All(api.Authorizations, authorization => Assert.Equal("Bearer secret-token", authorization));
    }

    [Fact]
    public async Task The_option_goes_before_KUBECONFIG()
    {
        var result = await new Command("env", ["KUBECONFIG=no-such-variable", .. Serve, "--kubeconfig", "no-such-option"]).RunAsync(
            Cancellation);

        Assert.Equal((2, true), (result.ExitCode, result.Error.Contains("no-such-option", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_a_pod_it_is_the_service_account_s()
    {
        var privilege = await new Command("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/run"]).RunAsync(Cancellation);
        Assert.SkipUnless(privilege.ExitCode == 0, "this machine lets nobody mount, and the folder of a service account is fixed");
        await using var api = await StubApiServer.StartAsync(TestCertificate.Loopback);
        await using var guard = await GuardProcess.StartAsync(
            [
                "env", "--unset=KUBECONFIG", $"KUBERNETES_SERVICE_HOST={api.Url.Host}", $"KUBERNETES_SERVICE_PORT={api.Url.Port}",
                "unshare", "-rm", "/bin/sh", "-c", InPod, _folder.FullName, .. Serve,
            ],
            At("log"),
            Cancellation);

        await MovesAsync(guard, api);

        Assert.NotEmpty(api.Authorizations);
        Assert.All(api.Authorizations, authorization => Assert.Equal("Bearer pod-token", authorization));
    }

    [Fact]
    public async Task Without_any_cluster_it_says_so_with_exit_code_2()
    {
        var result = await new Command("env", ["--unset=KUBECONFIG", "--unset=KUBERNETES_SERVICE_HOST", .. Serve]).RunAsync(Cancellation);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "Error: no cluster to connect to: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account\n",
            result.Error);
    }

    [Fact]
    public async Task An_API_server_whose_version_can_not_be_parsed_is_one_like_any_other()
    {
        await using var api = await StubApiServer.StartAsync();
        api.Version = context => StubApiServer.AnswerAsync(
            context, 200, new JsonObject { ["major"] = "", ["minor"] = "next+", ["gitVersion"] = "as yet unnamed" });
        await using var guard = await RunningGuard.StartAsync(api.Url);

        await guard.UntilReadyAsync();
        Assert.Equal("ok", await guard.GetAsync("readyz"));
        Assert.True((bool?)(await guard.AskAsync("mutate", Move))["allowed"]);
    }

    private static JsonObject Move => Update(Namespace("oil", "oil=u1"), Namespace("gas", "oil=u1"));

    private string[] Serve =>
        [
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "admissionguard.dll"),
            "serve",
            "--tls-cert",
            At("tls.crt"),
            "--tls-key",
            At("tls.key"),
        ];

    private static async Task MovesAsync(GuardProcess guard, StubApiServer api)
    {
        using var http = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        using var response = await http.PostAsync(new Uri(guard.Reviews, "mutate"), RunningGuard.Json(Move.Bytes()), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"allowed\":true", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.NotEmpty(api.Authorizations);
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
