using System.Text.RegularExpressions;

namespace AdmissionGuard.Core.Capsule;

/// <summary>A regular expression from a Tenant, written for Go's engine by users who are not the guard's operators.</summary>
/// <remarks>Matched in linear time, as in Go, and within a time limit, so that no pattern can block a review.</remarks>
public sealed class TenantPattern
{
    private const int MaxLength = 512;

    // Matching is linear in the text, and the text belongs to one object. The limit is for overloaded machines.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Regex _regex;

    private TenantPattern(Regex regex) => _regex = regex;

    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern, in the syntax of Go.</param>
    /// <param name="limit">The most time that one match may take; 2 seconds unless given.</param>
    /// <returns><see langword="null"/> if it is invalid, or not certainly the same for .NET as for Go.</returns>
    public static TenantPattern? TryRead(string pattern, TimeSpan? limit = null)
    {
        if (pattern.Length > MaxLength || GoPattern.Translate(pattern) is not { } translated)
        {
            return null;
        }

        try
        {
            return new TenantPattern(new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, limit ?? Limit));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether the pattern matches somewhere in the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="orElse">The answer where none was found in time: the stricter one.</param>
    /// <returns>Whether it does.</returns>
    public bool Matches(string text, bool orElse)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return orElse;
        }
    }
}
