using System.Diagnostics.Metrics;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>What fails before a call reaches the API server.</summary>
public sealed class ClusterCallsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_token_file_that_can_not_be_read_is_a_failure_to_be_tried_again()
    {
        Write("token", "secret");
        var calls = Calls("{tokenFile: token}");
        File.Delete(At("token"));
        // A folder may not be read as a file, not even by root.
        Directory.CreateDirectory(At("token"));

        Assert.Equal("failed: the guard's credentials can't be used", await SendAsync(calls));
    }

    [Fact]
    public async Task An_exec_plugin_that_fails_is_a_failure_to_be_tried_again()
    {
        Write("plugin", """
            #!/bin/sh
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"secret","expirationTimestamp":"2000-01-01T00:00:00Z"}}'
            """);
        File.SetUnixFileMode(At("plugin"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var calls = Calls($"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {At("plugin")}, interactiveMode: Never}}}}");
        Write("plugin", "#!/bin/sh\nexit 1\n");

        Assert.Equal("failed: the guard's credentials can't be used", await SendAsync(calls));
    }

    [Fact]
    public async Task Whatever_else_is_thrown_is_a_failure_to_be_tried_again() => Assert.Equal(
        "failed: the call failed (NotSupportedException)",
        await SendAsync(Calls("{token: secret}"), _ => throw new NotSupportedException(), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Who_is_gone_gets_no_answer()
    {
        using var caller = new CancellationTokenSource();
        var calls = Calls("{token: secret}");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(
            calls,
            root =>
            {
                caller.Cancel();
                return new HttpRequestMessage(HttpMethod.Get, root);
            },
            caller.Token));
    }

    private static Task<string> SendAsync(ClusterCalls calls) =>
        SendAsync(calls, root => new HttpRequestMessage(HttpMethod.Get, root), TestContext.Current.CancellationToken);

    private static async Task<string> SendAsync(ClusterCalls calls, Func<Uri, HttpRequestMessage> request, CancellationToken caller)
    {
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), caller);
        return await calls.SendAsync(
            "test", request, static (_, _) => Task.FromResult("answered"), static why => $"failed: {why}", deadline);
    }

    private ClusterCalls Calls(string user)
    {
        Write("kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts: [{name: it, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "http://127.0.0.1:9"}}]
            users: [{name: me, user: {{{user}}}}]
            """);
        return new ClusterCalls(
            new ClusterConnection(At("kubeconfig")),
            new CallMetrics(_services.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<ClusterCalls>.Instance);
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(At(file), text);
}
