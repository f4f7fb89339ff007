using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>Where somebody answers by TLS.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
internal sealed record TlsAddress(string Host, int Port)
{
    /// <summary>Reads <c>HOST:PORT</c>; an IPv6 address stands in brackets.</summary>
    /// <returns><see langword="null"/> where it is none.</returns>
    public static TlsAddress? Parse(string text) =>
        HostAndPort.Split(text) is var (host, portText)
        && HostAndPort.Port(portText) is > 0 and var port
        && Uri.CheckHostName(host) is not UriHostNameType.Unknown
            ? new TlsAddress(host, port)
            : null;
}
