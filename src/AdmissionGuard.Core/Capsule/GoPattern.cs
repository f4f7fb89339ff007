using System.Globalization;
using System.Text;

namespace AdmissionGuard.Core.Capsule;

/// <summary>Translates a regular expression of Go into one of .NET that matches the same texts.</summary>
/// <remarks>
/// An allow-list: what is not certainly the same in both is not translated. Every literal is written as <c>\uXXXX</c>, so that
/// no character of the pattern can mean something else to .NET. Source: Go, package <c>regexp/syntax</c>, file parse.go.
/// </remarks>
internal sealed class GoPattern
{
    // Go's limit for a count, and for the product of nested counts.
    private const int MaxRepeat = 1000;

    // One character beyond the BMP is two in .NET: neither half may be taken for a character.
    private const string Surrogates = @"\uD800-\uDFFF";
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    private readonly string _pattern;
    private readonly StringBuilder _text = new();
    private int _at;

    private GoPattern(string pattern) => _pattern = pattern;

    private bool IsAtEnd => _at == _pattern.Length;

    // NUL stands for the end; a pattern that contains it is not read.
    private char Next => IsAtEnd ? '\0' : _pattern[_at];

    /// <summary>Translates a pattern.</summary>
    /// <returns><see langword="null"/> if it is not certain that a translation means the same.</returns>
    public static string? Translate(string pattern)
    {
        var translation = new GoPattern(pattern);
        return pattern.Length == 0 || (translation.Alternatives() is not null && translation.IsAtEnd) ? translation._text.ToString() : null;
    }

    /// <summary>Reads alternatives up to the end, or a closing parenthesis.</summary>
    /// <returns>The largest product of nested counts in it; <see langword="null"/> if it can't be read.</returns>
    /// <remarks>No alternative may be empty: .NET 10 finds nothing for <c>(?:(?:b[0-9])+|)+</c>, which matches every text.</remarks>
    private int? Alternatives()
    {
        var most = Sequence();
        while (most is not null && Take('|'))
        {
            _text.Append('|');
            most = Sequence() is { } next ? Math.Max(most.Value, next) : null;
        }

        return most;
    }

    private int? Sequence()
    {
        var most = 0;
        while (!IsAtEnd && Next is not ('|' or ')'))
        {
            if (Repeated() is not { } count)
            {
                return null;
            }

            most = Math.Max(most, count);
        }

        return most > 0 ? most : null;
    }

    private int? Repeated()
    {
        if (Anchor() is ({ } written, var length))
        {
            // Go repeats these too, to no purpose; here an operator that follows is not read.
            _text.Append(written);
            _at += length;
            return 1;
        }

        return Atom() is { } inner && Count() is { } count && inner * count <= MaxRepeat ? inner * count : null;
    }

    private (string? Written, int Length) Anchor() => _pattern.AsSpan(_at) switch
    {
        ['^', ..] => (@"\A", 1),
        ['$', ..] => (@"\z", 1),
        ['\\', 'A', ..] => (@"\A", 2),
        ['\\', 'z', ..] => (@"\z", 2),
        _ => (null, 0),
    };

    private int? Atom()
    {
        switch (Next)
        {
            case '(':
                return Group();
            case '[':
                return new GoClass(_pattern, _at + 1).Read() is ({ } members, var end) ? Class(members, end) : null;
            case '.':
                return Class(@"^\n", _at + 1);
            case '\\':
                return Escape();
            // A second operator is an error in Go, or means the shortest match, or possessive to .NET.
            case '*' or '+' or '?' or '{' or '}' or ']':
                return null;
            default:
                return Literal(Next);
        }
    }

    private int? Group()
    {
        _at++;
        if (Take('?') && !Take(':'))
        {
            // Flags and names.
            return null;
        }

        _text.Append("(?:");
        var inner = Alternatives();
        _text.Append(')');
        return Take(')') ? inner : null;
    }

    private int? Escape()
    {
        _at++;
        switch (Next)
        {
            case 'D' or 'W' or 'S':
                return Class($"^{GoClass.Members(char.ToLowerInvariant(Next))}", _at + 1);
            case var perl when GoClass.Members(perl) is { } members:
                return Class(members, _at + 1);
            default:
                return GoClass.Escaped(Next) is { } literal ? Literal(literal) : null;
        }
    }

    private int? Literal(char literal)
    {
        if (GoClass.Write(literal) is not { } written)
        {
            return null;
        }

        _text.Append(written);
        _at++;
        return 1;
    }

    /// <summary>Writes a class; one that excludes matches whole characters beyond the BMP, and no halves of them.</summary>
    private int Class(string members, int end)
    {
        _text.Append(members[0] == '^' ? $"(?:[{members}{Surrogates}]|{Pair})" : $"[{members}]");
        _at = end;
        return 1;
    }

    /// <summary>Reads what may follow an atom: one operator.</summary>
    /// <returns>How often the atom may occur, as Go counts; 1 for what has no count.</returns>
    private int? Count()
    {
        switch (Next)
        {
            case '*' or '+' or '?':
                _text.Append(Next);
                _at++;
                return 1;
            case '{':
                return Braces();
            default:
                return 1;
        }
    }

    private int? Braces()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end is -1)
        {
            return null;
        }

        var counts = _pattern[(_at + 1)..end].Split(',');
        var (least, most) = (Number(counts[0]), counts is [_, { Length: > 0 } second] ? Number(second) : null);
        if (least is null || counts.Length > 2 || (counts is [_, { Length: > 0 }] && !(most >= least)))
        {
            return null;
        }

        _text.Append(_pattern, _at, end + 1 - _at);
        _at = end + 1;
        return Math.Max(most ?? least.Value, 1);
    }

    // Go takes no leading zero for a count.
    private static int? Number(string text) =>
        text is ['0'] or [not '0', ..]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MaxRepeat ? number : null;

    private bool Take(char expected)
    {
        if (IsAtEnd || Next != expected)
        {
            return false;
        }

        _at++;
        return true;
    }
}
