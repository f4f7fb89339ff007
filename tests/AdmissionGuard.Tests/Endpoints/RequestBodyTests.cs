using System.Net;
using AdmissionGuard.Server.Admission;
using AdmissionGuard.Server.Limits;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Tests.Endpoints;

public sealed class RequestBodyTests
{
    private readonly BodyBudget _budget = new(ServerLimits.BodyBytes, ServerLimits.BodyBytesPerAddress, TimeProvider.System);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(ServerLimits.FreeBodyBytes - 1)]
    [InlineData(ServerLimits.FreeBodyBytes)]
    [InlineData(ServerLimits.FreeBodyBytes + 1)]
    [InlineData(ServerLimits.FreeBodyBytes + ServerLimits.BodyStepBytes)]
    [InlineData(3_000_000)]
    [InlineData(ReviewLimits.MaxBodyBytes)]
    public async Task A_body_is_charged_for_what_arrived_beyond_16_KiB_whatever_was_announced(int arrived)
    {
        var sent = new byte[arrived];
        Random.Shared.NextBytes(sent);
        var request = RequestOf(sent, announced: ReviewLimits.MaxBodyBytes);

        using (var body = new RequestBody(request, null))
        {
            Assert.Equal(BodyOutcome.Complete, await body.ReadAsync(_budget));
            Assert.Equal(sent, body.Bytes);
            Assert.InRange(
                _budget.Held,
                arrived <= ServerLimits.FreeBodyBytes ? 0 : arrived,
                arrived <= ServerLimits.FreeBodyBytes ? 0 : arrived + ServerLimits.BodyStepBytes);
        }

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_read_to_its_end_and_no_further_than_the_largest_size()
    {
        using (var largest = new RequestBody(RequestOf(new byte[ReviewLimits.MaxBodyBytes], announced: null), null))
        {
            Assert.Equal(BodyOutcome.Complete, await largest.ReadAsync(_budget));
        }

        using var larger = new RequestBody(RequestOf(new byte[ReviewLimits.MaxBodyBytes + 1], announced: null), null);
        var refused = await Assert.ThrowsAsync<BadHttpRequestException>(async () => await larger.ReadAsync(_budget));
        Assert.Equal(StatusCodes.Status413PayloadTooLarge, refused.StatusCode);
    }

    [Fact]
    public async Task One_of_the_largest_size_fits_into_the_share_of_an_address_beside_an_ordinary_one()
    {
        var connection = new ClientConnection(IPAddress.Loopback, 0, () => { });
        using var ordinary = new RequestBody(RequestOf(new byte[40_000]), connection);
        using var largest = new RequestBody(RequestOf(new byte[ReviewLimits.MaxBodyBytes]), connection);
        using var another = new RequestBody(RequestOf(new byte[ReviewLimits.MaxBodyBytes]), connection);

        Assert.Equal(BodyOutcome.Complete, await ordinary.ReadAsync(_budget));
        Assert.Equal(BodyOutcome.Complete, await largest.ReadAsync(_budget));
        Assert.Equal(BodyOutcome.NoRoom, await another.ReadAsync(_budget));
    }

    [Fact]
    public async Task Bytes_that_were_let_go_can_t_be_looked_at_any_more()
    {
        var body = new RequestBody(RequestOf(new byte[100_000]), null);
        await body.ReadAsync(_budget);
        var bytes = body.Bytes;
        body.Dispose();

        Assert.Throws<ObjectDisposedException>(() => bytes.Span.Length);
    }

    private static HttpRequest RequestOf(byte[] body) => RequestOf(body, body.Length);

    private static HttpRequest RequestOf(byte[] body, int? announced) =>
        new DefaultHttpContext { Request = { Body = new MemoryStream(body), ContentLength = announced } }.Request;
}
