using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Listing;
using AdmissionGuard.TestCluster;
using AdmissionGuard.Tools.Diagnosing;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.EndToEnd.Connections;

/// <summary>kubectl, and the commands of ours that are to connect where kubectl connects.</summary>
internal sealed class Client : IDisposable
{
    public static readonly ImmutableArray<string> Commands = ["plan", "doctor"];

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "admissionguard.dll");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TestCertificate Stranger = TestCertificate.SelfSigned(CertificateSpec.Authority("stranger"));
    private static readonly TestCertificate Serving = TestCertificate.SelfSigned(
        new CertificateSpec("admissionguard") { Names = ["127.0.0.1"] });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public Client()
    {
        Directory.CreateDirectory(At("no-certificates"));
        TrustBySystem(Stranger.Pem);
        Write("tls.crt", Serving.Pem);
        Write("tls.key", Serving.KeyPem);
        // Nothing of the machine that runs the tests may decide.
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = _folder.FullName,
            ["KUBECONFIG"] = "",
            ["SSL_CERT_FILE"] = At("system.pem"),
            ["SSL_CERT_DIR"] = At("no-certificates"),
            ["KUBERNETES_SERVICE_HOST"] = "",
            ["KUBERNETES_MASTER"] = "",
            ["HTTP_PROXY"] = "",
            ["HTTPS_PROXY"] = "",
            ["NO_PROXY"] = "",
            ["http_proxy"] = "",
            ["https_proxy"] = "",
            ["no_proxy"] = "",
            ["ALL_PROXY"] = "",
            ["all_proxy"] = "",
            ["REQUEST_METHOD"] = "",
        };
    }

    public Dictionary<string, string> Environment { get; }

    public string At(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Writes a file, and gives its path.</summary>
    public string Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        File.WriteAllText(At(file), text);
        return At(file);
    }

    public void TrustBySystem(string pem) => Write("system.pem", pem);

    /// <summary>What a credential plugin was told, once; <see langword="null"/> if none was run.</summary>
    public JsonNode? TakeExecInfo()
    {
        if (!File.Exists(At("exec-info")))
        {
            return null;
        }

        var told = JsonNode.Parse(File.ReadAllText(At("exec-info")));
        File.Delete(At("exec-info"));
        return told;
    }

    /// <summary>Has kubectl read a namespace.</summary>
    public Task<CommandResult> KubectlAsync(params string[] options) => KubectlGetAsync("/api/v1/namespaces/billing", options);

    /// <summary>Has kubectl read a path.</summary>
    public async Task<CommandResult> KubectlGetAsync(string path, params string[] options) =>
        await RunAsync((await ClientTools.FindAsync()).Kubectl, ["get", "--raw", path, "--request-timeout=5s", .. options]);

    /// <summary>Plans a release of a namespace.</summary>
    public Task<CommandResult> PlanAsync(string name, params string[] options) =>
        RunAsync("dotnet", [Program, "plan", name, "--release", "--as", "mover", .. options]);

    /// <summary>The same in this process, which is quicker; its environment is that of the tests.</summary>
    public static async Task<CommandResult> PlanHereAsync(string kubeconfig)
    {
        using StringWriter output = new(), error = new();
        var options = new PlanOptions("billing", Target: null) { User = "mover", Kubeconfig = kubeconfig };
        var terminal = new Terminal(() => TextReader.Null, output, TextWriter.Synchronized(error), isColored: false);
        var code = await Planner.RunAsync(options, terminal, TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Has the doctor look, in this process.</summary>
    public static async Task<CommandResult> DoctorHereAsync(string kubeconfig)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(() => TextReader.Null, output, TextWriter.Synchronized(error), isColored: false);
        var code = await Doctor.RunAsync(new DoctorOptions { Kubeconfig = kubeconfig }, terminal, TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Lists the tenants as <c>serve</c> does first of all, in this process.</summary>
    /// <returns>Why it does not connect; <see langword="null"/> if it does.</returns>
    public static async Task<string?> ListAsServeDoesAsync(string kubeconfig)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        try
        {
            var metrics = new ApiServerMetrics(services.GetRequiredService<IMeterFactory>());
            var calls = new ApiServerClient(
                new ClusterConnection(kubeconfig), metrics, TimeProvider.System, NullLogger<ApiServerClient>.Instance);
            await new NamespaceTenancyLister(calls, new GuardOptions().Tenant, TimeProvider.System).TenantsAsync(
                TestContext.Current.CancellationToken);
            return null;
        }
        catch (ConnectionSourceException e)
        {
            return e.Message;
        }
    }

    /// <summary>Runs a command of ours that reads the cluster.</summary>
    public Task<CommandResult> OursAsync(string command, params string[] options) =>
        command == "plan" ? PlanAsync("billing", options) : RunAsync("dotnet", [Program, command, .. options]);

    /// <summary>Runs <c>serve</c> until it is ready, or has answered a review that it had to ask the API server about.</summary>
    public async Task<ServeOutcome> ServeAsync(bool isReadyAwaited, params string[] options)
    {
        string[] command = ["dotnet", Program, "serve", "--tls-cert", At("tls.crt"), "--tls-key", At("tls.key"), .. options];
        GuardProcess guard;
        try
        {
            guard = await GuardProcess.StartAsync(
                command, At($"serve-{Guid.NewGuid():N}.log"), TestContext.Current.CancellationToken, Environment);
        }
        catch (InvalidOperationException e)
        {
            return new ServeOutcome(IsReady: false, HasEnded: true, e.Message);
        }

        await using var running = guard;
        using var http = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        if (isReadyAwaited)
        {
            await Poll.UntilAsync(
                $"serve to be ready:\n{guard.Tail()}", Limit, () => IsReadyAsync(http, guard), TestContext.Current.CancellationToken);
        }
        else
        {
            using var body = new StringContent(Review, Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(guard.Reviews, "validate"), body, TestContext.Current.CancellationToken);
            Assert.Contains(
                "\"code\":503", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        return new ServeOutcome(await IsReadyAsync(http, guard), HasEnded: false, guard.Tail());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private const string Review = """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"UPDATE","name":"billing",
         "kind":{"group":"","version":"v1","kind":"Namespace"},"resource":{"group":"","version":"v1","resource":"namespaces"},
         "requestKind":{"group":"","version":"v1","kind":"Namespace"},"requestResource":{"group":"","version":"v1","resource":"namespaces"},
         "userInfo":{"username":"alice"},
         "oldObject":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"billing"}},
         "object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"billing","labels":{"capsule.clastix.io/tenant":"gas"},
          "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"gas","uid":"1"}]}}}}
        """;

    private static async Task<bool> IsReadyAsync(HttpClient http, GuardProcess guard)
    {
        using var answer = await http.GetAsync(new Uri(guard.Health, "readyz"), TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode;
    }

    private Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments) =>
        new Command(program, arguments) { Environment = Environment }.RunAsync(TestContext.Current.CancellationToken);
}

/// <summary>What became of <c>serve</c>.</summary>
internal sealed record ServeOutcome(bool IsReady, bool HasEnded, string Log);
