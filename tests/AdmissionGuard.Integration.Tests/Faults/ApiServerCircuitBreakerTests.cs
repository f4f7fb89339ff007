using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Faults;

/// <summary>The API server is away for all: calls fail at once, until it is back. What one lookup meets holds up nobody else.</summary>
[Collection(OneGuardAtATime.Name)]
public sealed class ApiServerCircuitBreakerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private StubApiServer _api = null!;
    private RunningGuard _guard = null!;
    private int _asked;

    public async ValueTask InitializeAsync()
    {
        _api = await StubApiServer.StartAsync();
        _guard = await RunningGuard.StartAsync(_api.Url);
        await _guard.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task It_opens_when_hardly_an_attempt_reaches_the_API_server_and_closes_when_one_does()
    {
        Assert.Equal(0, await StateAsync());
        All(context =>
        {
            Interlocked.Increment(ref _asked);
            context.Abort();
            return Task.CompletedTask;
        });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AskAsync()));

        Assert.Equal(2, await StateAsync());
        Interlocked.Exchange(ref _asked, 0);
        var status = (await AskAsync())["status"]!;
        Assert.Equal((503, 1), ((int?)status["code"], (int?)status["details"]!["retryAfterSeconds"]));
        Assert.Contains("the API server is unreachable", (string?)status["message"], StringComparison.Ordinal);
        Assert.InRange(_asked, 0, 2);
        Assert.Contains(
            _guard.Log.TakeOwn(),
            line => line.StartsWith("The API server is unreachable: calls fail immediately", StringComparison.Ordinal));

        _api.Tenant = StubApiServer.LiveTenantAsync;
        _api.CapsuleConfiguration = NoneAsync;
        _api.AccessReview = (context, _) => StubApiServer.AnswerAsync(context, 201, StubApiServer.AccessReviewJson(allowed: true));
        await Poll.UntilAsync(
            "a move to pass again", Limit, async () => (bool?)(await AskAsync())["allowed"] is true, TestContext.Current.CancellationToken);
        Assert.Equal(0, await StateAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(403)]
    [InlineData(401)]
    public async Task Answers_of_whatever_code_never_open_it(int code)
    {
        All(context => StubApiServer.AnswerAsync(context, code, new JsonObject()));

        await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => AskAsync()));

        Assert.Equal(0, await StateAsync());
    }

    [Fact]
    public async Task One_tenant_whose_lookup_hangs_does_not_open_it_for_the_others()
    {
        _api.Tenant = (context, name) => name == "gas" ? StubServer.HangAsync(context) : StubApiServer.LiveTenantAsync(context, name);

        await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => AskAsync("gas", "1s")));

        Assert.Equal(0, await StateAsync());
        Assert.True((bool?)(await AskAsync("coal"))["allowed"]);
    }

    private void All(Func<HttpContext, Task> answer)
    {
        _api.Tenant = (context, _) => answer(context);
        _api.CapsuleConfiguration = answer;
        _api.AccessReview = (context, _) => answer(context);
    }

    private static Task NoneAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync("404 page not found");
    }

    private Task<double> StateAsync() => _guard.SumAsync("admissionguard_circuit_state");

    private Task<JsonNode> AskAsync(string target = "gas", string timeout = "5s") =>
        _guard.AskAsync($"mutate?timeout={timeout}", Update(Namespace("oil", "oil=u1"), Namespace(target, "oil=u1")));
}
