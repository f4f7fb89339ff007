using System.Text;

namespace AdmissionGuard.Core.Policies;

/// <summary>Turns a pattern of Go's regular expressions into one of .NET's that matches the same texts.</summary>
/// <remarks>
/// Source: Go, package <c>regexp/syntax</c>. There <c>\d</c>, <c>\s</c> and <c>\w</c> are of ASCII, <c>$</c> is the very
/// end, and classes such as <c>[[:alpha:]]</c> exist; .NET reads all of these, and as something else.
/// </remarks>
internal static class GoPattern
{
    /// <summary>Translates a pattern.</summary>
    /// <returns><see langword="null"/> where there is no saying the same in .NET.</returns>
    public static string? Translate(string pattern)
    {
        var (text, inClass) = (new StringBuilder(pattern.Length), false);
        for (var i = 0; i < pattern.Length;)
        {
            var (taken, written, isInClass) = inClass ? InClass(pattern.AsSpan(i)) : Outside(pattern.AsSpan(i));
            if (written is null)
            {
                return null;
            }

            text.Append(written);
            i += taken;
            inClass = isInClass;
        }

        return text.ToString();
    }

    private static (int Taken, string? Written, bool InClass) Outside(ReadOnlySpan<char> rest) => rest switch
    {
        ['\\', var escaped, ..] => (2, Members(escaped) is { } members ? $"[{members}]" : MembersOfOthers(escaped) is { } others ? $"[^{others}]" : Plain(escaped), false),
        ['$', ..] => (1, @"\z", false),
        ['(', '?', 'P', '<', ..] => (4, "(?<", false),
        ['(', '?', 'i', ')' or ':', ..] => (4, rest[..4].ToString(), false),
        ['(', '?', ':' or '<', ..] => (3, rest[..3].ToString(), false),
        // Other flags change what $ and . mean.
        ['(', '?', ..] => (0, null, false),
        // A bracket right after the opening one is a member.
        ['[', '^', ']', ..] => (3, @"[^\]", true),
        ['[', ']', ..] => (2, @"[\]", true),
        ['[', '^', ..] => (2, "[^", true),
        ['[', ..] => (1, "[", true),
        _ => (1, rest[..1].ToString(), false),
    };

    private static (int Taken, string? Written, bool InClass) InClass(ReadOnlySpan<char> rest) => rest switch
    {
        ['\\', var escaped, ..] => (2, Members(escaped) ?? Plain(escaped), true),
        ['[', ':', ..] when rest.IndexOf(":]") is > 0 and var end => (end + 2, Posix(rest[2..end]), true),
        // .NET would subtract.
        ['-', '[', ..] => (0, null, true),
        ['[', ..] => (1, @"\[", true),
        [']', ..] => (1, "]", false),
        _ => (1, rest[..1].ToString(), true),
    };

    private static string? Members(char escaped) => escaped switch
    {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => @"\t\n\f\r ",
        _ => null,
    };

    private static string? MembersOfOthers(char escaped) => Members(char.ToLowerInvariant(escaped));

    // Of letters and digits, those that mean the same in both; \b looks at all of Unicode in .NET.
    private static string? Plain(char escaped) =>
        !char.IsAsciiLetterOrDigit(escaped) || escaped is 'a' or 'f' or 'n' or 'r' or 't' or 'v' or 'A' or 'z' ? $"\\{escaped}" : null;

    private static string? Posix(ReadOnlySpan<char> name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "blank" => @"\t ",
        "digit" => "0-9",
        "lower" => "a-z",
        "space" => @"\t\n\v\f\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => null,
    };
}
