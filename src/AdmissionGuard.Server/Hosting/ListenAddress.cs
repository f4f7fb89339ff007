using System.Net;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Hosting;

/// <summary>Where a listener listens.</summary>
/// <param name="Address">The address; <see langword="null"/> for every one, of IPv4 and IPv6.</param>
/// <param name="Port">The port, 0 to 65535; 0 for any that is free.</param>
internal sealed record ListenAddress(IPAddress? Address, int Port)
{
    /// <inheritdoc />
    public override string ToString() => Address is null ? $":{Port}" : new IPEndPoint(Address, Port).ToString();

    /// <summary>Reads <c>ADDR:PORT</c>, <c>[ADDR]:PORT</c> or <c>:PORT</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The address, or <see langword="null"/> where the text is none.</returns>
    public static ListenAddress? Parse(string text) => HostAndPort.Split(text) is var (host, portText) && HostAndPort.Port(portText) is { } port
        ? text[0] == ':' ? new ListenAddress(null, port)
            : IPAddress.TryParse(host, out var address) ? new ListenAddress(address, port)
            : null
        : null;
}
