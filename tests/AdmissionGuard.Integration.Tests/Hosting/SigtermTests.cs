using System.Net;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Hosting;

/// <summary>SIGTERM to a process of its own.</summary>
public sealed class SigtermTests
{
    // More than the two seconds after which the command line's library would end it.
    private const int DrainSeconds = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_that_gets_SIGTERM_drains_for_as_long_as_it_was_told_and_ends_with_0()
    {
        await using var api = await StubApiServer.StartAsync();
        using var folder = new ServeFolder();
        using var http = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        await using var process = await folder.StartAsync(api.Url, more: ["--drain", $"{DrainSeconds}s"]);

        var start = TimeProvider.System.GetTimestamp();
        var stopped = process.StopAsync();
        await Poll.UntilAsync(
            "draining",
            TimeSpan.FromMinutes(1),
            async () => (await ReadyAsync(http, process.Health)).Contains(
                "[-]drain failed: the guard is shutting down", StringComparison.Ordinal),
            Cancellation);
        using var answer = await http.PostAsync(
            new Uri(process.Reviews, "validate"),
            RunningGuard.Json(Update(Namespace("oil", "oil=u1"), Namespace("oil", "oil=u1")).Bytes()),
            Cancellation);
        await stopped;

        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.ConnectionClose));
        Assert.Equal(0, await process.ExitCodeAsync());
        Assert.True(
            TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(DrainSeconds - 0.1),
            "the command line's own limit of two seconds is off");
    }

    private static async Task<string> ReadyAsync(HttpClient http, Uri health)
    {
        using var ready = await http.GetAsync(new Uri(health, "readyz"), Cancellation);
        return await ready.Content.ReadAsStringAsync(Cancellation);
    }
}
