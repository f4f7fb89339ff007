using System.Text;
using System.Text.Json;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Looks for text that JSON can write and no program can hold: half of a surrogate pair, as in <c>\ud800</c>.</summary>
internal static class JsonText
{
    /// <summary>Looks at every key and value of a document: .NET reads them when somebody asks for them, and not before.</summary>
    /// <param name="json">The document.</param>
    /// <param name="maxDepth">How many levels there may be.</param>
    /// <exception cref="JsonException">It is no JSON, or a text in it is none; has the line.</exception>
    public static void Check(string json, int maxDepth)
    {
        if (!json.Contains(@"\ud", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                var line = bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
                throw new JsonException("half of a surrogate pair stands alone", path: null, line, bytePositionInLine: null, e);
            }
        }
    }
}
