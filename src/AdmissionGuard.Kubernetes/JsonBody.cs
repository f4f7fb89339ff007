using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace AdmissionGuard.Kubernetes;

/// <summary>Writes objects as the bodies of requests, and reads those of answers.</summary>
internal static class JsonBody
{
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

    /// <summary>Reads an answer; <see langword="null"/> where it is no object.</summary>
    public static async Task<JsonObject?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var body = await response.Content.ReadAsStreamAsync(cancellation);
        try
        {
            return await JsonNode.ParseAsync(body, cancellationToken: cancellation) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ByteArrayContent Of(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
