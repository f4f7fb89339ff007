using System.Text.Json.Nodes;
using AdmissionGuard.Tests;
using AdmissionGuard.Tests.Configuration;
using static AdmissionGuard.Tests.ReviewJson;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>A guard that Prometheus scrapes, and that is made to count everything it can.</summary>
public sealed class ScrapedGuard : IAsyncLifetime
{
    private readonly ConfigurationFolder _folder = new();
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;
    private TaskCompletionSource _asked = new();
    private TaskCompletionSource _answer = new();

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
        _api.AccessReview = (context, review) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: !$"{review}".Contains("\"forbidden\"", StringComparison.Ordinal)));
        _guard = await RunningGuard.StartAsync(_api.Url, config: _folder.File, options: options => options with { MaxLookups = 1 });
        Prometheus = await Prometheus.StartAsync(_guard.Health);
    }

    /// <summary>Asks it what it permits, completes, warns of, refuses, can't read, and has no room for.</summary>
    public async Task ExerciseAsync()
    {
        await AskAsync("mutate", Update(Namespace(null), Namespace("gas")));
        await AskAsync("validate", Update(Namespace(null), Namespace("gas", "gas=gas-uid")));
        await AskAsync("validate", Update(Namespace(null), Namespace("forbidden", "forbidden=forbidden-uid")));
        await PostAsync("validate", "no review"u8.ToArray());
        await ShedAsync();
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
        (_asked, _answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = AskAsync("validate", Update(Namespace(null), Namespace("slow", "slow=slow-uid")));
        await _asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await AskAsync("validate", Update(Namespace(null), Namespace("gas", "gas=gas-uid")));
        _answer.SetResult();
        await first;
    }

    private Task AskAsync(string path, JsonObject review) => PostAsync(path, review.Bytes());

    private async Task PostAsync(string path, byte[] body) => (await _guard.PostAsync(path, body)).Dispose();
}
