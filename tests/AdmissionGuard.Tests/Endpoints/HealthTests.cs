using System.Net;

namespace AdmissionGuard.Tests.Endpoints;

public sealed class HealthTests
{
    [Fact]
    public async Task Without_any_API_server_the_guard_is_alive_and_ready()
    {
        await using var guard = await RunningGuard.StartAsync();

        Assert.Equal("ok", await guard.GetAsync("livez"));
        Assert.Equal("ok", await guard.GetAsync("readyz"));
        Assert.Equal("[+]certificate ok\n[+]configuration ok\n[+]drain ok\nreadyz check passed\n", await guard.GetAsync("readyz?verbose"));
    }

    [Fact]
    public async Task With_an_expired_certificate_it_is_alive_and_not_ready()
    {
        await using var guard = await RunningGuard.StartAsync(certificateEnds: TimeProvider.System.GetUtcNow().AddDays(-1));

        using var ready = await guard.Http.GetAsync(new Uri(guard.Health, "readyz"), TestContext.Current.CancellationToken);

        Assert.Equal("ok", await guard.GetAsync("livez"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("[-]certificate failed", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
