using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>What is sent again, how often, and when.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData("500", 4, "Answered: the API server answered 500")]
    [InlineData("503", 4, "Answered: the API server answered 503")]
    [InlineData("429", 4, "Answered: the API server answered 429")]
    [InlineData("reset", 4, "Unreachable: the API server is unreachable")]
    [InlineData("half a body", 4, "Unreachable: the API server is unreachable")]
    [InlineData("403", 1, "403 ")]
    [InlineData("404", 1, "404 ")]
    public async Task A_read_is_sent_again_on_failure_three_times_at_the_most(string fault, int times, string ends)
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => FailAsync(context, fault));

        Assert.Equal(ends, await it.EndsAsync(it.SendAsync(CallsOfStub.Read, TimeSpan.FromHours(1)), TimeSpan.FromSeconds(1)));

        Assert.Equal(times, it.Server.Requests.Count);
    }

    /// <summary>A write may have been processed, whatever came of its answer.</summary>
    [Theory]
    [InlineData("500", 1)]
    [InlineData("503", 1)]
    [InlineData("503 and Retry-After", 1)]
    [InlineData("504", 1)]
    [InlineData("reset", 1)]
    [InlineData("half a body", 1)]
    [InlineData("429", 4)]
    [InlineData("429 and Retry-After", 4)]
    public async Task A_write_is_sent_again_only_where_it_surely_was_not_processed(string fault, int times)
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => FailAsync(context, fault));

        await it.EndsAsync(it.SendAsync(CallsOfStub.Write, TimeSpan.FromHours(1)), TimeSpan.FromSeconds(1));

        Assert.Equal(times, it.Server.Requests.Count);
        Assert.All(it.Server.Requests, request => Assert.Equal("body", request.Body));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_never_sent_is_tried_again_be_it_read_or_write(bool isRead)
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => FailAsync(context, "500"));
        var calls = it.CallsOf("http://127.0.0.1:9");
        var tried = 0;

        var ends = await it.EndsAsync(
            it.SendAsync(
                isRead ? CallsOfStub.Read : CallsOfStub.Write,
                TimeSpan.FromHours(1),
                root =>
                {
                    tried++;
                    return new HttpRequestMessage(HttpMethod.Post, root);
                },
                calls),
            TimeSpan.FromSeconds(1));

        Assert.Equal(("Unreachable: the API server is unreachable", 4), (ends, tried));
    }

    [Fact]
    public async Task A_connection_that_takes_too_long_to_come_about_was_never_sent_anything()
    {
        await using var it = await CallsOfStub.StartAsync((context, _) => FailAsync(context, "500"));
        var tried = 0;

        // What the handler throws once its time to connect is up.
        var ends = await it.EndsAsync(
            it.SendAsync(
                CallsOfStub.Write,
                TimeSpan.FromHours(1),
                _ =>
                {
                    tried++;
                    throw new TaskCanceledException("", new TimeoutException("no connection"));
                }),
            TimeSpan.FromSeconds(1));

        Assert.Equal(("Unreachable: the API server is unreachable", 4), (ends, tried));
    }

    [Fact]
    public async Task An_attempt_that_follows_on_a_failure_is_answered()
    {
        await using var it = await CallsOfStub.StartAsync((context, number) => FailAsync(context, number < 4 ? "503" : "200"));

        Assert.Equal("200 ", await it.EndsAsync(it.SendAsync(CallsOfStub.Read), TimeSpan.FromMilliseconds(200)));
    }

    [Theory]
    [InlineData("seconds")]
    [InlineData("date")]
    public async Task Retry_After_of_the_API_server_counts_where_it_fits(string form)
    {
        await using var it = await CallsOfStub.StartAsync(static (_, _) => Task.CompletedTask);
        it.Server.Answer = (context, number) =>
        {
            context.Response.StatusCode = number == 1 ? 503 : 200;
            context.Response.Headers.RetryAfter = form == "seconds"
                ? "2"
                : it.Time.GetUtcNow().AddSeconds(2).ToString("R", CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        };

        Assert.Equal("200 ", await it.EndsAsync(it.SendAsync(CallsOfStub.Read), TimeSpan.FromMilliseconds(250)));

        // A date of HTTP has no fractions of a second.
        Assert.InRange(
            it.Server.Requests[1].At - it.Server.Requests[0].At, TimeSpan.FromSeconds(form == "seconds" ? 2 : 1), CallsOfStub.Budget);
    }

    [Theory]
    [InlineData("429")]
    [InlineData("503")]
    public async Task Where_Retry_After_does_not_fit_the_failure_is_told_at_once(string code)
    {
        await using var it = await CallsOfStub.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "30";
            return FailAsync(context, code);
        });

        // The clock stands still.
        Assert.Equal($"Answered: the API server answered {code}", await it.SendAsync(CallsOfStub.Read));

        Assert.Single(it.Server.Requests);
    }

    private static async Task FailAsync(HttpContext context, string fault)
    {
        switch (fault.Split(' '))
        {
            case ["reset"]:
                context.Abort();
                break;
            case ["half", ..]:
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("{", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case [var code, .. var more]:
                context.Response.StatusCode = int.Parse(code, CultureInfo.InvariantCulture);
                if (more is not [])
                {
                    context.Response.Headers.RetryAfter = "1";
                }

                break;
        }
    }
}
