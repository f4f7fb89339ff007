using System.Buffers;
using System.Globalization;
using System.Text;

namespace AdmissionGuard.Core;

/// <summary>Printable characters, and escapes for all others.</summary>
/// <remarks>
/// Control characters drive a terminal; format characters hide or reorder adjacent text (U+202E, U+200D), and
/// separators begin a new line in some programs. Source: Unicode Standard, general categories Cc, Cf, Cs, Zl and Zp.
/// </remarks>
public static class Printable
{
    /// <summary>Whether a character is printable.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>Whether it is in none of the categories Cc, Cf, Zl and Zp.</returns>
    public static bool Is(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);

    /// <summary>Whether a text consists of such characters.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether every character is printable, and no half of a surrogate pair stands alone.</returns>
    public static bool Is(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done || !Is(rune))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    /// <summary>Escapes a text so that it is printable and stays on one line.</summary>
    /// <param name="text">The text.</param>
    /// <returns>
    /// The text, other characters as <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\u202E</c> or <c>\U000E0001</c>: escapes of YAML and, below
    /// U+10000, of JSON.
    /// </returns>
    public static string Escape(string text)
    {
        if (Is(text))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == OperationStatus.Done;
            if (isWhole && Is(rune))
            {
                escaped.Append(rest[..length]);
            }
            else
            {
                escaped.Append(Escape(isWhole ? rune.Value : rest[0]));
            }

            rest = rest[length..];
        }

        return escaped.ToString();
    }

    private static string Escape(int value) => value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        > char.MaxValue => string.Create(CultureInfo.InvariantCulture, $"\\U{value:X8}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{value:X4}"),
    };
}
