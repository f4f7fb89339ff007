using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>Reads fields of objects; missing fields and fields of another type are empty.</summary>
internal static class JsonNodeExtensions
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return node;
    }

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static IEnumerable<JsonNode> Items(this JsonNode? node) => (node as JsonArray ?? []).OfType<JsonNode>();

    public static IEnumerable<string> Texts(this JsonNode? node) => node.Items().Select(item => item.Text()).OfType<string>();

    /// <summary>The fields that are texts or numbers, as texts: a quantity may be written either way.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(this JsonNode? node) =>
        (node as JsonObject ?? [])
            .Where(field => field.Value is JsonValue)
            .Select(field => KeyValuePair.Create(field.Key, field.Value!.ToString()));

    public static string NameOf(this JsonNode? node) => node.At("metadata", "name").Text() ?? "";
}
