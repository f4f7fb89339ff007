using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using AdmissionGuard.Core;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Escapes in JSON what does not only show, and else no more than JSON asks for.</summary>
/// <remarks>.NET's relaxed encoder leaves 42 format characters as they are, U+202E and U+200D among them.</remarks>
internal sealed unsafe class PrintableJson : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder Relaxed = UnsafeRelaxedJsonEscaping;

    private PrintableJson()
    {
    }

    /// <summary>The encoder.</summary>
    public static JavaScriptEncoder Encoder { get; } = new PrintableJson();

    /// <inheritdoc />
    public override int MaxOutputCharactersPerInputCharacter => Relaxed.MaxOutputCharactersPerInputCharacter;

    /// <inheritdoc />
    public override bool WillEncode(int unicodeScalar) => Relaxed.WillEncode(unicodeScalar) || !Printable.Is(new Rune(unicodeScalar));

    /// <inheritdoc />
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (Relaxed.WillEncode(unicodeScalar))
        {
            return Relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        }

        // All that the relaxed encoder leaves lies in the basic multilingual plane.
        return new Span<char>(buffer, bufferLength).TryWrite(
            CultureInfo.InvariantCulture, $"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
    }

    /// <inheritdoc />
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var all = new ReadOnlySpan<char>(text, textLength);
        for (var at = 0; at < all.Length;)
        {
            if (Rune.DecodeFromUtf16(all[at..], out var rune, out var length) is not OperationStatus.Done || WillEncode(rune.Value))
            {
                return at;
            }

            at += length;
        }

        return -1;
    }
}
