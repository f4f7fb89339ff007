using System.Globalization;

namespace AdmissionGuard.Kubernetes.Infrastructure;

/// <summary>Reads <c>HOST:PORT</c>.</summary>
/// <remarks>As Go's <c>net.SplitHostPort</c>: an IPv6 address is in brackets.</remarks>
public static class HostAndPort
{
    /// <summary>Splits a host, which can be empty, from a port.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The host without brackets, and the port's text; <see langword="null"/> if the text has no port.</returns>
    public static (string Host, string Port)? Split(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return null;
        }

        var (host, port) = (text[..colon], text[(colon + 1)..]);
        return host is ['[', .. var address, ']'] ? address.AsSpan().ContainsAny("[]") ? null : (address, port)
            : host.AsSpan().ContainsAny(":[]") ? null
            : (host, port);
    }

    /// <summary>Reads a port: digits alone.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The port, 0 to 65535; <see langword="null"/> if the text is not a port.</returns>
    public static int? Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
