using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The position of a JSON string's characters in the review's bytes. Nothing is copied before it is needed.</summary>
/// <param name="Start">The first byte after the opening quote; 0 if there is not a string.</param>
/// <param name="Length">The number of bytes up to the closing quote.</param>
/// <param name="IsEscaped">Whether there are escape sequences among them.</param>
internal readonly record struct JsonSlice(int Start, int Length, bool IsEscaped)
{
    private const int EscapeLength = 6;

    /// <summary>Whether there is a string at all.</summary>
    public bool IsPresent => Start > 0;

    /// <summary>Whether there is a string of at least one character.</summary>
    public bool HasValue => Length > 0;

    /// <summary>The current string or name of a reader.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="start">Where its bytes begin in the review.</param>
    public static JsonSlice Of(in Utf8JsonReader reader, int start = 0) =>
        new(start + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);

    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);

    /// <summary>The string; empty if there is none.</summary>
    public string Read(ReadOnlySpan<byte> bytes) => IsEscaped ? Unescape(bytes) : Encoding.UTF8.GetString(Raw(bytes));

    /// <summary>Whether it equals this text, regardless of escape sequences.</summary>
    public bool Is(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text) =>
        IsEscaped ? Encoding.UTF8.GetBytes(Unescape(bytes)).AsSpan().SequenceEqual(text) : Raw(bytes).SequenceEqual(text);

    /// <summary>Whether both are equal, regardless of escape sequences.</summary>
    public static bool Same(ReadOnlySpan<byte> bytes, JsonSlice one, JsonSlice other) =>
        one.Raw(bytes).SequenceEqual(other.Raw(bytes)) || ((one.IsEscaped || other.IsEscaped) && one.Read(bytes) == other.Read(bytes));

    /// <summary>The number of bytes of its text in UTF-8, at least.</summary>
    /// <returns>
    /// <see langword="null"/> if it is not Unicode text: an escape sequence is half of a surrogate pair, which is well-formed JSON.
    /// </returns>
    /// <remarks>Without a copy: it may be megabytes, and is mostly not checked again.</remarks>
    public int? CountBytes(ReadOnlySpan<byte> bytes)
    {
        var count = Length;
        var rest = IsEscaped ? Raw(bytes) : default;
        for (var at = rest.IndexOf((byte)'\\'); at >= 0; at = rest.IndexOf((byte)'\\'))
        {
            rest = rest[at..];
            var unit = UnitAt(rest);
            var isPair = char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(rest[EscapeLength..]));
            if (char.IsSurrogate(unit) && !isPair)
            {
                return null;
            }

            var length = isPair ? 2 * EscapeLength : rest[1] == (byte)'u' ? EscapeLength : 2;
            rest = rest[length..];
            count -= length - 1;
        }

        return count;
    }

    /// <summary>The UTF-16 unit that an escape sequence with four hexadecimal digits stands for; 0 if there is no such sequence.</summary>
    private static char UnitAt(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', ..] && Utf8Parser.TryParse(text.Slice(2, 4), out ushort unit, out _, 'x') ? (char)unit : default;

    private string Unescape(ReadOnlySpan<byte> bytes)
    {
        // The quotes are part of the token.
        var reader = new Utf8JsonReader(bytes.Slice(Start - 1, Length + 2));
        reader.Read();
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new BadReviewException("a string that is not Unicode text", Start);
        }
    }
}
