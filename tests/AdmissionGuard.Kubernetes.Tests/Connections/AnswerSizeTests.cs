using AdmissionGuard.Kubernetes.Connections;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Kubernetes.Tests.Connections;

/// <summary>No answer is read without end.</summary>
public sealed class AnswerSizeTests
{
    private static readonly byte[] Chunk = new byte[1 << 20];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_does_not_end_is_given_up_after_the_most_that_is_read(bool isRead)
    {
        var written = 0;
        await using var it = await CallsOfStub.StartAsync(async (context, _) =>
        {
            // As long as somebody takes it.
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(Chunk, context.RequestAborted);
                written++;
            }
        });

        var call = isRead ? CallsOfStub.Read : CallsOfStub.Write;
        Assert.Equal("TooLarge: the API server's answer is longer than 16 MiB", await it.SendAsync(call));

        // What the buffers of both ends and the kernel's between them hold comes on top.
        Assert.InRange(written, 16, 64);
        Assert.Single(it.Server.Requests);
        Assert.Contains("(TooLarge): AnswerTooLargeException: the API server's answer is longer than 16 MiB", Assert.Single(it.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_says_itself_that_it_is_too_long_is_not_begun()
    {
        await using var it = await CallsOfStub.StartAsync((context, _) =>
        {
            context.Response.ContentLength = (16 << 20) + 1;
            return StubServer.HangAsync(context);
        });
        it.Server.Answer = async (context, _) =>
        {
            context.Response.ContentLength = (16 << 20) + 1;
            await context.Response.StartAsync(context.RequestAborted);
            await StubServer.HangAsync(context);
        };

        Assert.Equal("TooLarge: the API server's answer is longer than 16 MiB", await it.SendAsync(CallsOfStub.Read));
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
}
