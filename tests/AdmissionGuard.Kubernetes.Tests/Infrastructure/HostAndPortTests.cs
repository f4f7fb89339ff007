using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Kubernetes.Tests.Infrastructure;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("example.com:443", "example.com", "443")]
    [InlineData("10.0.0.1:80", "10.0.0.1", "80")]
    [InlineData("[::1]:8443", "::1", "8443")]
    [InlineData(":9090", "", "9090")]
    [InlineData("host:", "host", "")]
    public void A_host_is_split_from_its_port(string text, string host, string port) => Assert.Equal((host, port), HostAndPort.Split(text));

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("[::1")]
    [InlineData("[::1]x:1")]
    [InlineData("a:b:1")]
    [InlineData("[[::1]]:1")]
    public void Other_texts_have_no_port(string text) => Assert.Null(HostAndPort.Split(text));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65535", 65535)]
    [InlineData("65536", null)]
    [InlineData("+1", null)]
    [InlineData(" 1", null)]
    [InlineData("https", null)]
    [InlineData("", null)]
    public void A_port_is_digits_alone(string text, int? port) => Assert.Equal(port, HostAndPort.Port(text));
}
