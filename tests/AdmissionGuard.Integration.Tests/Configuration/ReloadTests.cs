using System.Net;
using AdmissionGuard.Server.Configuration;
using Microsoft.Extensions.Time.Testing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Configuration;

/// <summary>The file changes while the guard runs.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class ReloadTests : IAsyncLifetime
{
    private readonly ConfigurationFolder _folder = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;

    public async ValueTask InitializeAsync()
    {
        _folder.Write("mode: audit");
        _api = await StubApiServer.StartAsync();
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: false));
        _guard = await RunningGuard.StartAsync(_api.Url, config: _folder.File, time: _time);
        await _guard.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_good_file_is_taken_up_a_bad_one_is_not_and_the_next_good_one_is()
    {
        Assert.True(await PassesAsync());
        Assert.Equal((1, 1, 0, 0), await FiguresAsync());

        _folder.Write("mode: enforce");
        await UntilAsync((2, 1, 1, 0));
        Assert.False(await PassesAsync());

        _folder.Write("mode: never\nnoSuchSetting: 1");
        await UntilAsync((2, 0, 1, 1));
        Assert.False(await PassesAsync());

        _folder.Write("mode: audit");
        await UntilAsync((3, 1, 2, 1));
        Assert.True(await PassesAsync());
    }

    [Fact]
    public async Task A_bad_file_shows_in_readyz_which_stays_200_until_the_file_is_good_again()
    {
        _folder.Write("mode: never\na: 1\nb: 1\nc: 1");
        await UntilAsync((1, 0, 0, 1));

        using var ready = await _guard.Http.GetAsync(new Uri(_guard.Health, "readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("ok", await _guard.GetAsync("readyz"));
        Assert.Equal(
            $"""
            [+]certificate ok
            [!]configuration degraded: the file is invalid, configuration 1 remains in use: {_folder.File}:1: mode: "never" is not enforce, warn or audit; {_folder.File}:2: a: unknown setting; {_folder.File}:3: b: unknown setting; and 1 more
            [+]tenants ok
            [+]drain ok
            readyz check passed

            """,
            await _guard.GetAsync("readyz?verbose"));

        _folder.Write("mode: audit");
        await UntilAsync((1, 1, 1, 1));
        Assert.Equal(
            "[+]certificate ok\n[+]configuration ok\n[+]tenants ok\n[+]drain ok\nreadyz check passed\n",
            await _guard.GetAsync("readyz?verbose"));
    }

    [Fact]
    public async Task A_bad_file_is_refused_once_however_often_it_is_looked_at()
    {
        _folder.Write("mode: never");
        await UntilAsync((1, 0, 0, 1));
        _folder.Write("mode: ever");
        await UntilAsync((1, 0, 0, 2));
        for (var reload = 0; reload < 5; reload++)
        {
            _time.Advance(ConfigurationRefresher.Period);
        }

        File.Delete(_folder.File);
        await UntilAsync((1, 0, 0, 3));
        Assert.Contains("can't be read", await _guard.GetAsync("readyz?verbose"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_review_under_way_ends_on_the_configuration_that_it_began_with()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _api.AccessReview = async (context, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            await StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: false));
        };
        var underWay = PassesAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        _folder.Write("mode: enforce");
        // In one step of the clock: the review has seconds of its own.
        await UntilAsync((2, 1, 1, 0), steps: 1);
        answer.SetResult();

        Assert.True(await underWay);
        Assert.False(await PassesAsync());
    }

    private async Task<bool> PassesAsync() =>
        (bool)(await _guard.AskAsync("validate", Update(Namespace("oil", "oil=u1"), Namespace("gas", "gas=gas-uid"))))["allowed"]!;

    private Task UntilAsync((long Generation, long Valid, long Applied, long Refused) figures, int steps = int.MaxValue) => Poll.UntilAsync(
        $"configuration {figures}",
        TimeSpan.FromSeconds(30),
        async () =>
        {
            if (steps-- > 0)
            {
                _time.Advance(ConfigurationRefresher.Period);
            }

            return await FiguresAsync() == figures;
        },
        TestContext.Current.CancellationToken);

    private async Task<(long Generation, long Valid, long Applied, long Refused)> FiguresAsync()
    {
        var lines = (await _guard.GetAsync("metrics")).Split('\n');
        return (Of(
            "admissionguard_configuration_generation"), Of(
                "admissionguard_configuration_valid"), Of(
                    "admissionguard_configuration_reloads_total", "applied"), Of("admissionguard_configuration_reloads_total", "refused"));

        long Of(string name, string outcome = "") => long.Parse(
            Assert.Single(
                lines,
                line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(outcome, StringComparison.Ordinal)).Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
