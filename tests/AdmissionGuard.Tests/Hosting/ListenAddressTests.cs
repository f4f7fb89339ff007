using AdmissionGuard.Server.Hosting;

namespace AdmissionGuard.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData(":9443", ":9443")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("[::1]:9443", "[::1]:9443")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    [InlineData("9443", null)]
    [InlineData("::1", null)]
    [InlineData("localhost:9443", null)]
    [InlineData("127.0.0.1:70000", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("", null)]
    public void An_address_is_ADDR_PORT(string text, string? address) => Assert.Equal(address, ListenAddress.Parse(text)?.ToString());
}
