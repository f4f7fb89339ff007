using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionGuard.Kubernetes;

/// <summary>Writes objects as the bodies of requests, and reads those of answers.</summary>
internal static class JsonBody
{
    // The body is not HTML. With HTML escaping, a user with a megabyte of groups would make it larger than the 3 MiB
    // that the API server takes.
    private static readonly JsonWriterOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ByteArrayContent Of<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Unescaped))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        return Of(bytes.WrittenSpan.ToArray());
    }

    /// <summary>An object that is written back as it was read, including unknown fields.</summary>
    public static ByteArrayContent Of(JsonNode node)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            node.WriteTo(writer);
        }

        return Of(bytes.ToArray());
    }

    /// <summary>Reads an object that is to be written back; <see langword="null"/> if it is not an object.</summary>
    /// <exception cref="JsonException">It is not JSON, a field occurs twice, or a text is not Unicode.</exception>
    public static async Task<JsonObject?> ReadAsync(Stream body, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellation);
        return StrictJson.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) as JsonObject;
    }

    private static ByteArrayContent Of(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
