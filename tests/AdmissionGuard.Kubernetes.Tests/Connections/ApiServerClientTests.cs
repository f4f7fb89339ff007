using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>What fails before a call reaches the API server.</summary>
public sealed class ApiServerClientTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_exec_plugin_that_fails_is_a_failure_to_be_tried_again()
    {
        Write("plugin", """
            #!/bin/sh
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"secret","expirationTimestamp":"2000-01-01T00:00:00Z"}}'
            """);
        File.SetUnixFileMode(At("plugin"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var calls = Calls(
            $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {At("plugin")}, interactiveMode: Never}}}}",
            "https://127.0.0.1:9");
        Write("plugin", "#!/bin/sh\nexit 1\n");

        Assert.Equal("failed: the guard's credentials are invalid", await SendAsync(calls));
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

    [Fact]
    public async Task While_calls_fail_at_once_the_one_that_tries_has_two_seconds_however_long_its_budget()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var time = new FakeTimeProvider();
        var calls = Calls("{token: secret}", $"http://{silent.LocalEndpoint}", time);
        var all = Task.WhenAll(
            Enumerable.Range(0, 20)
                .Select(_ => SendAsync(calls, _ => throw new HttpRequestException("away"), TestContext.Current.CancellationToken, time)));
        await AdvanceUntilAsync(time, all);
        Assert.All(await all, answer => Assert.Equal("failed: the API server is unreachable", answer));

        time.Advance(ApiServerCircuitBreaker.Break);
        var simulator = SendAsync(calls, root => new HttpRequestMessage(HttpMethod.Get, root), TestContext.Current.CancellationToken, time);
        using var connection = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        time.Advance(ApiServerCircuitBreaker.Break - TimeSpan.FromMilliseconds(1));
        Assert.False(simulator.IsCompleted);
        await AdvanceUntilAsync(time, simulator);
    }

    // By a second in all: no time-out of a longer budget is among it.
    private static Task AdvanceUntilAsync(FakeTimeProvider time, Task ends)
    {
        var steps = 10;
        return Poll.UntilAsync(
            "calls to end",
            TimeSpan.FromSeconds(30),
            () =>
            {
                if (steps-- > 0)
                {
                    time.Advance(TimeSpan.FromMilliseconds(100));
                }

                return Task.FromResult(ends.IsCompleted);
            },
            TestContext.Current.CancellationToken);
    }

    private static Task<string> SendAsync(ApiServerClient calls) =>
        SendAsync(calls, root => new HttpRequestMessage(HttpMethod.Get, root), TestContext.Current.CancellationToken);

    private static async Task<string> SendAsync(
        ApiServerClient calls, Func<Uri, HttpRequestMessage> request, CancellationToken caller, TimeProvider? time = null)
    {
        using var deadline = new Deadline(time ?? TimeProvider.System, TimeSpan.FromMinutes(1), caller);
        return await calls.SendAsync(
            ApiCall.Read("test"),
            request,
            static (_, _) => Task.FromResult("answered"),
            static failure => $"failed: {ApiFailureText.ForUser(failure)}",
            deadline);
    }

    private ApiServerClient Calls(string user, string server = "http://127.0.0.1:9", TimeProvider? time = null)
    {
        Write("kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts: [{name: it, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "{{{server}}}"}}]
            users: [{name: me, user: {{{user}}}}]
            """);
        return new ApiServerClient(
            new ClusterConnection(At("kubeconfig")),
            new ApiServerMetrics(_services.GetRequiredService<IMeterFactory>()),
            time ?? TimeProvider.System,
            NullLogger<ApiServerClient>.Instance);
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private void Write(string file, string text) => File.WriteAllText(At(file), text);
}
