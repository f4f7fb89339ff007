using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Unregistering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary><c>--request-timeout</c>, with an API server that never answers: how long that takes depends on nothing but the flag.</summary>
public sealed class RequestTimeoutTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private StubServer _silent = null!;
    private string _kubeconfig = "";

    public async ValueTask InitializeAsync()
    {
        _silent = await StubServer.StartAsync((context, _) => StubServer.HangAsync(context));
        _kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(_kubeconfig, TestKubeconfig.For(_silent.Url), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _silent.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("namespace \"billing\" could not be read: ", "GET /api/v1/namespaces/billing", "plan", "billing", "--to", "gas")]
    [InlineData("the cluster can't be checked: ", "GET /version", "doctor")]
    [InlineData(
        "validatingwebhookconfiguration.admissionregistration.k8s.io \"00-admissionguard\": ",
        "DELETE /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/00-admissionguard",
        "unregister")]
    public async Task A_request_that_is_not_answered_is_named_with_the_flag_and_ends_with_3(
        string what, string request, params string[] command)
    {
        var answer = await InProcessCommand.RunAsync([.. command, "--kubeconfig", _kubeconfig, "--request-timeout", "50ms"]);

        Assert.Equal((3, ""), (answer.ExitCode, answer.Output));
        Assert.EndsWith(
            $"Error: {what}the API server at {_silent.Address} did not answer {request} within 0.05s (--request-timeout)\n",
            answer.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unregister_says_after_two_seconds_what_it_waits_for()
    {
        var time = new FakeTimeProvider();
        using var error = new StringWriter();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var calls = new ApiServerClient(
            new ClusterConnection(_kubeconfig),
            new ApiServerMetrics(services.GetRequiredService<IMeterFactory>()),
            time,
            NullLogger<ApiServerClient>.Instance,
            new RequestLimit(TimeSpan.FromSeconds(30), "--request-timeout"));
        var terminal = new Terminal(() => TextReader.Null, TextWriter.Null, TextWriter.Synchronized(error), isColored: false);
        var running = new Unregistration(calls, terminal, time).RunAsync("00-admissionguard", cancellation.Token);
        await Poll.UntilAsync(
            "the first request",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(_silent.Requests.Count == 1),
            TestContext.Current.CancellationToken);

        // The clock runs its timers in this call.
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(
            $"unregister: still deleting mutatingwebhookconfiguration 00-admissionguard …{error.NewLine}", error.ToString());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
