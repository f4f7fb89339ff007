using System.Globalization;
using System.Text;

namespace AdmissionGuard.Core.Capsule;

/// <summary>Translates a character class of a Go pattern, and the characters that patterns are made of.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="start">The place after the opening bracket.</param>
/// <remarks>Source: Go, <c>regexp/syntax</c>, parseClass.</remarks>
internal sealed class GoClass(string pattern, int start)
{
    private readonly StringBuilder _members = new();
    private int _at = start;

    private char Next => _at < pattern.Length ? pattern[_at] : '\0';

    private char Second => _at + 1 < pattern.Length ? pattern[_at + 1] : '\0';

    /// <summary>The members of <c>\d</c>, <c>\w</c> or <c>\s</c>, which are of ASCII in Go.</summary>
    /// <returns><see langword="null"/> for another letter.</returns>
    public static string? Members(char letter) => letter switch
    {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => @"\t\n\f\r ",
        _ => null,
    };

    /// <summary>What an escaped character stands for: itself, if it is punctuation of ASCII, or a control character.</summary>
    public static char? Escaped(char letter) => letter switch
    {
        'a' => '\a',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        > ' ' and < '\x7f' when !char.IsAsciiLetterOrDigit(letter) => letter,
        _ => null,
    };

    /// <summary>A literal as .NET certainly reads it.</summary>
    /// <returns><see langword="null"/> for what is not a character by itself, or one that Go also reads broken text as.</returns>
    public static string? Write(char literal) => literal switch
    {
        '\0' or '\uFFFD' => null,
        _ when char.IsSurrogate(literal) => null,
        _ when char.IsAsciiLetterOrDigit(literal) => literal.ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)literal:X4}"),
    };

    /// <summary>Reads the class.</summary>
    /// <returns>
    /// What stands between .NET's brackets, beginning with <c>^</c> where it excludes, and the place after the closing one; no members
    /// where it is not certain.
    /// </returns>
    public (string? Members, int End) Read()
    {
        if (Next == '^')
        {
            _members.Append('^');
            _at++;
        }

        for (var first = true; first || Next != ']'; first = false)
        {
            if (!ReadOne(first))
            {
                return (null, 0);
            }
        }

        return (_members.ToString(), _at + 1);
    }

    private bool ReadOne(bool first) => (Next, Second) switch
    {
        ('[', ':') => Named(),
        ('\\', 'd' or 'w' or 's') => Perl(),
        // A hyphen counts for itself right after the opening bracket and right before the closing one.
        ('-', ']') => Literal(),
        ('-', not '-') when first => Literal(),
        ('-' or '[', _) => false,
        _ => Range(),
    };

    private bool Named()
    {
        var end = pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal);
        return end is not -1 && Posix(pattern.AsSpan(_at + 2, end - _at - 2)) is { } members && Add(members, end + 2 - _at);
    }

    private bool Perl() => Add(Members(Second)!, 2);

    private bool Literal() => Add(Write('-')!, 1);

    /// <summary>One character, or a range of two.</summary>
    private bool Range()
    {
        if (Character() is not { } low)
        {
            return false;
        }

        if (Next != '-' || Second == ']')
        {
            return Add(Write(low)!, 0);
        }

        _at++;
        // Halves of characters beyond the BMP lie between others in .NET.
        return Next is not ('-' or '[' or ']')
            && Character() is { } high
            && low <= high
            && IsBelowSurrogates(low) == IsBelowSurrogates(high)
            && Add($"{Write(low)}-{Write(high)}", 0);
    }

    private static bool IsBelowSurrogates(char c) => c < '\uD800';

    private char? Character()
    {
        var isEscape = Next == '\\';
        var found = isEscape ? Escaped(Second) : Next;
        if (found is not { } character || Write(character) is null)
        {
            return null;
        }

        _at += isEscape ? 2 : 1;
        return character;
    }

    /// <summary>Adds members. A hyphen after what stands for several characters is certain only as the last one.</summary>
    private bool Add(string members, int taken)
    {
        _members.Append(members);
        _at += taken;
        return Next != '-' || Second == ']';
    }

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
