using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace AdmissionGuard.Kubernetes;

/// <summary>Parses JSON, and finds faults that .NET finds only where a value is read: duplicate fields, and invalid texts.</summary>
public static class StrictJson
{
    /// <summary>Parses a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="maxDepth">How many levels there may be.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="JsonException">
    /// It is not JSON, a field occurs twice, or a text is not Unicode: half of a surrogate pair, as in <c>"\ud800"</c>, or bytes
    /// that are not UTF-8.
    /// </exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, int maxDepth = 64)
    {
        CheckTexts(utf8, maxDepth);
        return JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
    }

    private static void CheckTexts(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsUnicode(ref reader))
            {
                var line = utf8[..(int)reader.TokenStartIndex].Count((byte)'\n');
                const string Words = "it contains invalid Unicode (an unpaired surrogate or invalid UTF-8)";
                throw new JsonException(Words, path: null, line, bytePositionInLine: null);
            }
        }
    }

    private static bool IsUnicode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Utf8.IsValid(reader.ValueSpan);
        }

        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
