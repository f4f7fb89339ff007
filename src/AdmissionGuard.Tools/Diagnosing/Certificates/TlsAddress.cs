using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>The address of a TLS server.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
internal sealed record TlsAddress(string Host, int Port)
{
    /// <summary>Reads <c>HOST:PORT</c>; an IPv6 address is in brackets.</summary>
    /// <returns><see langword="null"/> if it is none.</returns>
    public static TlsAddress? Parse(string text) =>
        HostAndPort.Split(text) is var (host, portText)
        && HostAndPort.Port(portText) is > 0 and var port
        && Uri.CheckHostName(host) is not UriHostNameType.Unknown
            ? new TlsAddress(host, port)
            : null;
}
