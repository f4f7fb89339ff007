using AdmissionGuard.Kubernetes.Client;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>No answer is read without end.</summary>
public sealed class AnswerSizeTests
{
    private const int Most = 16 << 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_does_not_end_is_given_up_once_it_is_too_long(bool isRead)
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) => BeginAsync(context, Most + 1));

        // The clock stands still: no deadline ends it.
        Assert.Equal(
            "TooLarge: the API server's response is longer than 16 MiB", await it.SendAsync(isRead ? CallsOfStub.Read : CallsOfStub.Write));

        Assert.Single(it.Server.Requests);
        Assert.Contains(
            "(TooLarge): AnswerTooLargeException: the API server's response is longer than 16 MiB",
            Assert.Single(it.Log),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_says_itself_that_it_is_too_long_is_not_waited_for()
    {
        await using var it = await CallsOfStub.StartAsync(static (context, _) =>
        {
            context.Response.ContentLength = Most + 1;
            return BeginAsync(context, 1);
        });

        Assert.Equal("TooLarge: the API server's response is longer than 16 MiB", await it.SendAsync(CallsOfStub.Read));
    }

    [Fact]
    public async Task The_largest_object_that_the_API_server_stores_is_read_whole()
    {
        // 1.5 MiB, each byte of it written as six.
        var body = new string('x', 9 << 20);
        await using var it = await CallsOfStub.StartAsync((context, _) => context.Response.WriteAsync(body, context.RequestAborted));

        Assert.Equal(4 + body.Length, (await it.SendAsync(CallsOfStub.Read)).Length);
        Assert.True(ApiCall.GetTenant.MaxAnswerBytes > body.Length);
    }

    /// <summary>Sends so many bytes, and then nothing: the body does not end.</summary>
    private static async Task BeginAsync(HttpContext context, int bytes)
    {
        await context.Response.Body.WriteAsync(new byte[bytes], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await StubServer.HangAsync(context);
    }
}
