using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Testing;

/// <summary>Stands in for an API server that a command looks at: answers by path, and remembers what was asked.</summary>
internal sealed class StubCluster : IAsyncDisposable
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly StubServer _server;
    private StubServer? _secureServer;

    private StubCluster(StubServer server) => _server = server;

    /// <summary>What it answers 200 or 201 with; all else is a 404 without a name, as of a kind that is not served.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What it answers 200 with as it stands, whether it is JSON or not.</summary>
    public ConcurrentDictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>The requests by plain HTTP, with their bodies.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => _server.Requests;

    /// <summary>The methods and queries of the requests.</summary>
    public ConcurrentQueue<string> Queries { get; } = [];

    /// <summary>The credentials that requests came with.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = [];

    /// <summary>Answers other than 200, by path.</summary>
    public ConcurrentDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers access reviews, where <see cref="Answers"/> has no answer for them.</summary>
    public Func<JsonNode, bool> Allows { get; set; } = _ => true;

    /// <summary>What every answer waits for.</summary>
    public Task Limiter { get; set; } = Task.CompletedTask;

    public static async Task<StubCluster> StartAsync()
    {
        var stub = new StubCluster(await StubServer.StartAsync((context, _) => StubServer.JsonAsync(context, 503, "{}")));
        stub._server.Answer = (context, _) => stub.AnswerAsync(context);
        stub.Answers["/api/v1/namespaces/billing"] = """
            {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"billing","labels":{"capsule.clastix.io/tenant":"oil"},
             "ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"oil-uid"}]}}
            """;
        stub.Answers["/api/v1/namespaces/admissionguard-system/configmaps/admissionguard-config"] = """{"data":{"config.yaml":""}}""";
        stub.Answers["/apis/apps/v1/namespaces/admissionguard-system/deployments"] = """{"items":[]}""";
        stub.Answers["/apis/capsule.clastix.io/v1beta2/tenants/oil"] = StubApiServer.TenantJson("oil").ToJsonString();
        stub.Answers["/apis/capsule.clastix.io/v1beta2/tenants/gas"] = StubApiServer.TenantJson("gas").ToJsonString();
        stub.Answers["/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"] = """{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}""";
        return stub;
    }

    /// <summary>Runs <c>admissionguard plan</c> against it.</summary>
    public async Task<CommandResult> PlanAsync(params string[] arguments) =>
        await RunAsync(["--kubeconfig", await KubeconfigAsync(), .. arguments]);

    /// <summary>The same, with a credential plugin: a shell script.</summary>
    public async Task<CommandResult> PlanByPluginAsync(string script, params string[] arguments) =>
        await RunAsync(["--kubeconfig", await PluginKubeconfigAsync(script), .. arguments]);

    /// <summary>A kubeconfig with a credential plugin: a shell script.</summary>
    public async Task<string> PluginKubeconfigAsync(string script)
    {
        var plugin = Path.Combine(_folder.FullName, "plugin.sh");
        await File.WriteAllTextAsync(plugin, script, TestContext.Current.CancellationToken);
        return await SecureKubeconfigAsync(
            $"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: /bin/sh, args: [{plugin}], env: [{{name: TOKEN, value: of-plugin}}]}}");
    }

    public async Task<string> KubeconfigAsync() => await WriteAsync(TestKubeconfig.For(_server.Url));

    /// <summary>A kubeconfig whose credentials are sent: those that go by plain HTTP are not.</summary>
    private async Task<string> SecureKubeconfigAsync(string user)
    {
        _secureServer ??= await StubServer.StartAsync((context, _) => AnswerAsync(context), TestCertificate.Loopback);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "ca.crt"), TestCertificate.Loopback.Pem, TestContext.Current.CancellationToken);
        var server = _secureServer.Url;
        return await WriteAsync(TestKubeconfig.For(server)
            .Replace($"\"{server}\"", $"\"{server}\", certificate-authority: ca.crt", StringComparison.Ordinal)
            .Replace("token: secret-token", user, StringComparison.Ordinal));
    }

    private async Task<string> WriteAsync(string kubeconfig)
    {
        var file = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(file, kubeconfig, TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>Runs <c>admissionguard plan</c>; what it says of a busy machine is left out.</summary>
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var answer = await InProcessCommand.RunAsync(["plan", .. arguments]);
        return answer with
        {
            Error = string.Concat(
                answer.Error.Split('\n')
                    .Where(line => !line.StartsWith("plan: still ", StringComparison.Ordinal))
                    .Select(line => line.Length > 0 ? $"{line}\n" : "")),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_secureServer is not null)
        {
            await _secureServer.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Queries.Enqueue($"{context.Request.Method} {context.Request.QueryString}");
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path}");
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        await Limiter;
        string path = context.Request.Path.Value ?? "";
        if (Texts.TryGetValue(path, out var text))
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(text);
            return;
        }

        await ((Codes.TryGetValue(path, out var code), Answers.TryGetValue(path, out var answer)) switch
        {
            (true, _) => StubApiServer.AnswerAsync(context, code, JsonNode.Parse(answer ?? "{}")!),
            (_, true) => StubApiServer.AnswerAsync(context, 200, JsonNode.Parse(answer!)!),
            _ when path == Reviews => ReviewAsync(context),
            _ => StubApiServer.AnswerAsync(context, 404, new JsonObject { ["kind"] = "Status", ["details"] = new JsonObject() }),
        });
    }

    private async Task ReviewAsync(HttpContext context)
    {
        var review = (await JsonNode.ParseAsync(context.Request.Body))!;
        await StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(Allows(review["spec"]!)));
    }
}
