using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Kubernetes.Client.Proxies;

/// <summary>The hosts that are connected to without a proxy, in all the forms of <c>NO_PROXY</c> that Go reads.</summary>
/// <remarks>
/// <c>*</c>; addresses and networks (<c>10.0.0.1</c>, <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>); domains, with all that is below
/// them (<c>example.com</c>) or that alone (<c>.example.com</c>, <c>*.example.com</c>); addresses and domains with a port.
/// Source: <c>golang.org/x/net/http/httpproxy</c>.
/// </remarks>
internal sealed class NoProxyList
{
    private readonly ImmutableArray<Func<string, int, IPAddress?, bool>> _rules;

    private NoProxyList(ImmutableArray<Func<string, int, IPAddress?, bool>> rules) => _rules = rules;

    /// <summary>Reads a list; entries that can't be read match nothing.</summary>
    /// <param name="text">The list.</param>
    public static NoProxyList Parse(string text) =>
        new([.. text.Split(',').Select(entry => entry.Trim().ToLowerInvariant()).Where(entry => entry.Length > 0).Select(Rule)]);

    /// <summary>Whether a host is connected to without a proxy.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    public bool Contains(string host, int port)
    {
        var address = StrictAddress(host.Trim('[', ']'));
        var isHere = host == "localhost" || (address is not null && IPAddress.IsLoopback(address));
        return isHere || _rules.Any(rule => rule(host.ToLowerInvariant(), port, address));
    }

    private static Func<string, int, IPAddress?, bool> Rule(string entry)
    {
        if (entry == "*")
        {
            return static (_, _, _) => true;
        }

        if (Network(entry) is var (prefix, length))
        {
            return (_, _, address) => address is not null && IsIn(address, prefix, length);
        }

        var (host, port) = HostAndPort.Split(entry) ?? (entry, "");
        if (StrictAddress(host) is { } single)
        {
            return (_, at, address) => address is not null && Plain(address).Equals(Plain(single)) && IsPort(port, at);
        }

        var domain = Ascii(host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host);
        return domain.Length == 0 ? static (_, _, _) => false
            : (name, at, address) => address is null && IsPort(port, at)
                && (domain[0] == '.' ? name.EndsWith(domain, StringComparison.Ordinal) : name == domain || name.EndsWith($".{domain}", StringComparison.Ordinal));
    }

    private static bool IsPort(string port, int at) => port.Length == 0 || port == at.ToString(CultureInfo.InvariantCulture);

    private static (IPAddress Prefix, int Length)? Network(string entry)
    {
        var parts = entry.Split('/');
        return parts.Length == 2 && StrictAddress(parts[0]) is { } address
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= address.GetAddressBytes().Length * 8
            ? (address, length) : null;
    }

    private static bool IsIn(IPAddress address, IPAddress prefix, int length)
    {
        var (one, other) = (Plain(address).GetAddressBytes(), prefix.GetAddressBytes());
        if (one.Length != other.Length)
        {
            return false;
        }

        for (var bit = 0; bit < length; bit++)
        {
            if (((one[bit / 8] ^ other[bit / 8]) & (0x80 >> (bit % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    // .NET reads '10' and '0x7f.1' as addresses; Go does not.
    private static IPAddress? StrictAddress(string text)
    {
        var isAddress = text.Contains(':', StringComparison.Ordinal)
            ? !text.Contains('[', StringComparison.Ordinal)
            : text.Split('.') is { Length: 4 } parts && parts.All(part => part is [>= '0' and <= '9', ..] && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
        return isAddress && IPAddress.TryParse(text, out var address) ? address : null;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static string Ascii(string domain)
    {
        try
        {
            return domain.All(char.IsAscii) ? domain : new IdnMapping().GetAscii(domain.TrimStart('.')) is var ascii && domain.StartsWith('.') ? $".{ascii}" : ascii;
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }
}
