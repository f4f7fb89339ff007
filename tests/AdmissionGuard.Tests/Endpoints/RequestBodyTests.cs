using System.Runtime.InteropServices;
using AdmissionGuard.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AdmissionGuard.Tests.Endpoints;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(16 * 1024)]
    [InlineData(3_000_000)]
    public async Task A_body_takes_the_room_of_what_arrived_whatever_was_announced(int arrived)
    {
        var sent = new byte[arrived];
        Random.Shared.NextBytes(sent);
        var context = new DefaultHttpContext { Request = { Body = new MemoryStream(sent), ContentLength = 7 * 1024 * 1024 } };

        using var body = await RequestBody.ReadAsync(context.Request, TestContext.Current.CancellationToken);

        Assert.Equal(sent, body.Bytes);
        Assert.True(MemoryMarshal.TryGetArray(body.Bytes, out var array));
        Assert.InRange(array.Array!.Length, arrived, Math.Max(32 * 1024, 4 * arrived));
    }
}
