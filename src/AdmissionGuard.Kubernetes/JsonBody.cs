using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionGuard.Kubernetes;

/// <summary>Writes objects as the bodies of requests, and reads those of answers.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static ByteArrayContent Of<T>(T value, JsonTypeInfo<T> type) => Of(JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>An object that is written back as it was read, fields that nobody here knows included.</summary>
    public static ByteArrayContent Of(JsonNode node)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            node.WriteTo(writer);
        }

        return Of(bytes.ToArray());
    }

    /// <summary>Reads an object that is to be written back; <see langword="null"/> where it is no object.</summary>
    /// <exception cref="JsonException">It is no JSON, or a field stands twice.</exception>
    public static async Task<JsonObject?> ReadAsync(Stream body, CancellationToken cancellation) =>
        await JsonNode.ParseAsync(body, documentOptions: Strict, cancellationToken: cancellation) as JsonObject;

    private static ByteArrayContent Of(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
