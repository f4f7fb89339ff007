using System.Globalization;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>The address of a TLS server.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
internal sealed record TlsAddress(string Host, int Port)
{
    /// <summary>Reads <c>HOST:PORT</c>; an IPv6 address is in brackets.</summary>
    /// <returns><see langword="null"/> if it is none.</returns>
    public static TlsAddress? Parse(string text)
    {
        var at = text.LastIndexOf(':');
        return at > 0
            && ushort.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            && Uri.CheckHostName(text[..at]) is not UriHostNameType.Unknown
            ? new TlsAddress(text[..at].Trim('[', ']'), port)
            : null;
    }
}
