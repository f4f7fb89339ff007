using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Tls;

/// <summary>The alternative names of a certificate. A common name is none.</summary>
internal static class ServerNames
{
    private const int MostNamed = 5;

    // A refused certificate may contain any text of any length.
    private const int LongestName = 100;

    /// <summary>Looks for a name.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="host">A DNS name or an address.</param>
    /// <returns>Why it is not accepted for that name; <see langword="null"/> if it is.</returns>
    public static string? Refusal(X509Certificate2 certificate, string host)
    {
        try
        {
            return certificate.MatchesHostname(host.Trim('[', ']'), allowWildcards: true, allowCommonName: false) ? null
                : $"its certificate is {Described(certificate)}, not for {Printable(host)}";
        }
        catch (ArgumentException)
        {
            return $"'{Printable(host)}' is not a valid name for a certificate";
        }
        catch (CryptographicException)
        {
            return "the names in its certificate can't be read";
        }
    }

    /// <summary>Untrusted text, escaped for a log and a terminal.</summary>
    public static string Printable(string text) =>
        string.Concat(text.Take(LongestName).Select(c => c is >= ' ' and <= '~' ? c : '?')) + (text.Length > LongestName ? "…" : "");

    private static string Described(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => $"{address}"))).ToList();
        var named = string.Join(", ", names.Take(MostNamed).Select(Printable));
        return names.Count == 0 ? "for no name" : $"for {named}{(names.Count > MostNamed ? $" and {names.Count - MostNamed} others" : "")}";
    }
}
