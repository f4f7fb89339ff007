using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Integration.Tests.Endpoints;

public sealed class HealthEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_any_API_server_the_guard_is_alive_but_not_ready()
    {
        await using var guard = await RunningGuard.StartAsync();
        await guard.UntilReadyzSaysAsync("[-]tenants failed: the tenants have not been listed yet: the API server is unreachable\n");

        Assert.Equal("ok", await guard.GetAsync("livez"));
        using var ready = await guard.Http.GetAsync(new Uri(guard.Health, "readyz"), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        // Not at every probe.
        Assert.Single(guard.Log.TakeOwn(), line => line.Contains("Not ready: the tenants can't be listed", StringComparison.Ordinal));
        Assert.DoesNotContain(guard.Log.TakeFrameworks(), line => line.Contains("Health check", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(403, "the API server answered 403 to the guard")]
    [InlineData(500, "the API server answered 500")]
    [InlineData(200, "the API server returned an unexpected object")]
    public async Task It_gets_ready_when_the_tenants_can_be_listed_and_stays_so_whatever_becomes_of_the_API_server(int code, string words)
    {
        await using var api = await StubApiServer.StartAsync();
        api.Tenants = context => StubApiServer.AnswerAsync(context, code, new JsonObject());
        await using var guard = await RunningGuard.StartAsync(api.Url);
        await guard.UntilReadyzSaysAsync($"[-]tenants failed: the tenants have not been listed yet: {words}\n");

        api.Tenants = context => StubApiServer.AnswerAsync(context, 200, StubApiServer.ListJson());
        await guard.UntilReadyAsync();
        Assert.Equal(
            "[+]certificate ok\n[+]configuration ok\n[+]tenants ok\n[+]drain ok\nreadyz check passed\n",
            await guard.GetAsync("readyz?verbose"));

        await api.DisposeAsync();
        Assert.Equal("ok", await guard.GetAsync("readyz"));
        Assert.Equal("ok", await guard.GetAsync("livez"));
    }

    [Fact]
    public async Task Where_tenants_are_not_served_there_are_none_and_it_is_ready()
    {
        await using var api = await StubApiServer.StartAsync();
        api.Tenants = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return context.Response.WriteAsync("404 page not found\n");
        };
        await using var guard = await RunningGuard.StartAsync(api.Url);

        await guard.UntilReadyAsync();
    }

    [Fact]
    public async Task With_an_expired_certificate_it_is_alive_and_not_ready()
    {
        await using var guard = await RunningGuard.StartAsync(serving: TestCertificate.SelfSigned(CertificateSpec.Loopback with { To = TimeSpan.FromDays(-1) }));

        using var ready = await guard.Http.GetAsync(new Uri(guard.Health, "readyz"), Cancellation);

        Assert.Equal("ok", await guard.GetAsync("livez"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("[-]certificate failed", await ready.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }
}
