using System.Collections.Immutable;
using System.Text;

namespace AdmissionGuard.Kubernetes.Credentials;

/// <summary>The impersonated user of requests.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Uid">The user's UID; empty for none.</param>
/// <param name="Groups">The user's groups.</param>
/// <param name="Extra">More about the user; a key may have several values.</param>
/// <remarks>Source: client-go, <c>transport/round_trippers.go</c>.</remarks>
internal sealed record Impersonation(
    string User, string Uid, ImmutableArray<string> Groups, ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Extra)
{
    private const string Prefix = "Impersonate-";

    // RFC 9110, 5.6.2, tchar without letters and digits; a percent sign begins an escape.
    private const string TokenCharacters = "!#$&'*+-.^_`|~";

    /// <summary>Whether a header has several lines. HTTP/2 of .NET would join them, and one group would be named by all.</summary>
    public bool NeedsLines => Headers().Any(header => header.Values.Length > 1);

    /// <summary>Puts the headers on a request.</summary>
    /// <param name="request">The request.</param>
    public void AddTo(HttpRequestMessage request)
    {
        foreach (var (name, values) in Headers())
        {
            request.Headers.TryAddWithoutValidation(name, string.Join(HeaderLines.Separator, values));
        }
    }

    /// <summary>How the values of a header are written.</summary>
    /// <param name="header">The header's name.</param>
    /// <returns>The encoding; <see langword="null"/> for the usual one.</returns>
    public static Encoding? EncodingOf(string header) =>
        header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? new HeaderLines(header) : null;

    /// <summary>Whether headers can hold it.</summary>
    public bool IsSendable =>
        Headers().All(header => header.Values.All(value => !value.Any(c => char.IsControl(c) || c == HeaderLines.Separator)));

    private ImmutableArray<(string Name, ImmutableArray<string> Values)> Headers() =>
    [
        .. new (string Name, ImmutableArray<string> Values)[]
        {
            ($"{Prefix}User", [User]),
            ($"{Prefix}Uid", Uid.Length > 0 ? [Uid] : []),
            ($"{Prefix}Group", Groups),
        }
            // Header names have no case: keys that differ in nothing else are one.
            .Concat(Extra.GroupBy(entry => $"{Prefix}Extra-{Escape(entry.Key)}", StringComparer.OrdinalIgnoreCase)
                .Select(entries => (Name: entries.Key, Values: entries.SelectMany(entry => entry.Value).ToImmutableArray())))
            .Where(header => !header.Values.IsEmpty),
    ];

    private static string Escape(string key) => string.Concat(Encoding.UTF8.GetBytes(key).Select(
        b => char.IsAsciiLetterOrDigit((char)b) || TokenCharacters.Contains((char)b, StringComparison.Ordinal)
            ? $"{(char)b}"
            : $"%{b:X2}"));
}
