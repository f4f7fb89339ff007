using System.Diagnostics.Metrics;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Kubernetes.Tests;

/// <summary>Calls of a stub server, by a clock that a test moves.</summary>
internal sealed class CallsOfStub : IAsyncDisposable
{
    /// <summary>What a webhook with a time-out of five seconds leaves for them.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(3.75);

    public static readonly ApiCall Read = ApiCall.Read("test-read");
    public static readonly ApiCall Write = ApiCall.Write("test-write");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CollectedLog _log = new();

    private CallsOfStub(FakeTimeProvider time, StubServer server)
    {
        (Time, Server) = (time, server);
        Calls = CallsOf(server.Address);
    }

    public FakeTimeProvider Time { get; }

    public StubServer Server { get; }

    public ApiServerClient Calls { get; }

    /// <summary>What was logged, each line with its level.</summary>
    public IReadOnlyList<string> Log => [.. _log.Lines.Select(line => $"{line.Level} {line.EventId}: {line.Message}{line.Exception}")];

    public static async Task<CallsOfStub> StartAsync(Func<HttpContext, int, Task> answer, bool isSecure = false)
    {
        var time = new FakeTimeProvider();
        return new CallsOfStub(time, await StubServer.StartAsync(answer, isSecure ? TestCertificate.Loopback : null, time));
    }

    /// <summary>Sends one request, and tells how it ended.</summary>
    public async Task<string> SendAsync(
        ApiCall call,
        TimeSpan? budget = null,
        Func<Uri, HttpRequestMessage>? request = null,
        ApiServerClient? calls = null,
        CancellationToken? caller = null)
    {
        using var deadline = new Deadline(Time, budget ?? Budget, caller ?? TestContext.Current.CancellationToken);
        return await (calls ?? Calls).SendAsync(
            call,
            request ?? (root => new HttpRequestMessage(HttpMethod.Post, root) { Content = new StringContent("body") }),
            static async (response, cancellation) => $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}",
            static failure => $"{failure.Kind}: {ApiFailureText.ForUser(failure)}",
            deadline).WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Waits until so many requests came.</summary>
    public Task ReceivedAsync(int count) =>
        Poll.UntilAsync(
            $"{count} requests",
            TimeSpan.FromMinutes(1),
            () => Task.FromResult(Server.Requests.Count >= count),
            TestContext.Current.CancellationToken);

    /// <summary>Moves the clock until a call ends.</summary>
    public async Task<string> EndsAsync(Task<string> sending, TimeSpan step)
    {
        await Poll.UntilAsync(
            "the call to end",
            TimeSpan.FromMinutes(1),
            () =>
            {
                if (!sending.IsCompleted)
                {
                    Time.Advance(step);
                }

                return Task.FromResult(sending.IsCompleted);
            },
            TestContext.Current.CancellationToken);
        return await sending;
    }

    public ILogger<T> Logger<T>() => _log.Logger<T>();

    /// <summary>Counts the second requests.</summary>
    public MetricCount CountHedges() => new(_services.GetRequiredService<IMeterFactory>(), "admissionguard.api.call.hedges");

    /// <summary>Calls of another server, whose log lines are here too.</summary>
    public ApiServerClient CallsOf(string url, string proxy = "")
    {
        var kubeconfig = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllText(kubeconfig, $$$"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts: [{name: it, context: {cluster: here, user: me}}]
            clusters: [{name: here, cluster: {server: "{{{url}}}", proxy-url: "{{{proxy}}}", certificate-authority-data: "{{{Server.AuthorityData}}}"}}]
            users: [{name: me, user: {token: secret}}]
            """);
        return new ApiServerClient(
            new ClusterConnection(kubeconfig),
            new ApiServerMetrics(_services.GetRequiredService<IMeterFactory>()),
            Time,
            _log.Logger<ApiServerClient>());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    internal sealed class MetricCount : IDisposable
    {
        private readonly MeterListener _listener;
        private long _sum;

        public MetricCount(IMeterFactory meters, string name)
        {
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (instrument.Name == name && instrument.Meter.Scope == meters)
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
            _listener.Start();
        }

        public long Sum => Interlocked.Read(ref _sum);

        public void Dispose() => _listener.Dispose();
    }
}
