using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>A guard that Prometheus scrapes, and that is made to count everything it can.</summary>
public sealed partial class ScrapedGuard : IAsyncLifetime
{
    /// <summary>Room enough for the fixture's own, and few enough to fill.</summary>
    private const int MaxConnections = 20;

    private readonly ConfigurationFolder _folder = new();
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;
    private readonly TaskCompletionSource _asked = new();
    private readonly TaskCompletionSource _answer = new();

    internal Prometheus Prometheus { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("rules: {reasonGiven: warn}");
        _api = await StubApiServer.StartAsync();
        _api.Tenant = async (context, name) =>
        {
            if (name == "slow")
            {
                _asked.TrySetResult();
                await _answer.Task;
            }

            await StubApiServer.LiveTenantAsync(context, name);
        };
        _api.AccessReview = (context, review) => StubApiServer.AnswerAsync(
            context, 201, StubApiServer.AccessReviewJson(allowed: !$"{review}".Contains("\"forbidden\"", StringComparison.Ordinal)));
        _guard = await RunningGuard.StartAsync(
            _api.Url, config: _folder.File, options: options => options with { Limits = new() { MaxLookups = 1, MaxConnections = MaxConnections } });
        Prometheus = await Prometheus.StartAsync(_guard.Health);
        await ExerciseAsync();
        // A rate takes two samples.
        await Prometheus.UntilScrapedAgainAsync(times: 3);
    }

    /// <summary>Asks it what it permits, completes, warns of, refuses, can't read, and has no room for.</summary>
    private async Task ExerciseAsync()
    {
        await AskAsync("mutate", Update(Namespace(null), Namespace("gas")));
        await AskAsync("validate", Update(Namespace(null), Namespace("gas", "gas=gas-uid")));
        await AskAsync("validate", Update(Namespace(null), Namespace("forbidden", "forbidden=forbidden-uid")));
        await PostAsync("validate", "no review"u8.ToArray());
        await ShedAsync();
        await CrowdAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Prometheus.DisposeAsync();
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>One review has the only place, and another comes.</summary>
    private async Task ShedAsync()
    {
        var first = AskAsync("validate", Update(Namespace(null), Namespace("slow", "slow=slow-uid")));
        try
        {
            await await Task.WhenAny(_asked.Task, first);
            Assert.True(_asked.Task.IsCompleted, "the slow review was answered without a lookup");
            await AskAsync("validate", Update(Namespace(null), Namespace("gas", "gas=gas-uid")));
        }
        finally
        {
            _answer.TrySetResult();
            await first;
        }
    }

    /// <summary>More clients connect than there is room for, and none begins its handshake.</summary>
    private async Task CrowdAsync()
    {
        var clients = Enumerable.Range(0, MaxConnections + 1).Select(_ => new TcpClient()).ToList();
        try
        {
            foreach (var client in clients)
            {
                await client.ConnectAsync(_guard.Reviews.Host, _guard.Reviews.Port, TestContext.Current.CancellationToken);
            }

            await Poll.UntilAsync(
                "a connection to be closed",
                TimeSpan.FromSeconds(30),
                async () => ClosedConnection().IsMatch(await _guard.GetAsync("metrics")),
                TestContext.Current.CancellationToken);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [GeneratedRegex("^admissionguard_connections_closed_total{[^}]*} [1-9]", RegexOptions.Multiline)]
    private static partial Regex ClosedConnection();

    private Task AskAsync(string path, JsonObject review) => PostAsync(path, review.Bytes());

    private async Task PostAsync(string path, byte[] body) => (await _guard.PostAsync(path, body)).Dispose();
}
