using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>An object of a kubeconfig, whose fields have the types that kubectl asks for: a number is not text.</summary>
/// <param name="Json">The object; fields that are null count as absent.</param>
/// <param name="Path">Its path, for messages.</param>
/// <remarks>Every method throws a <see cref="FormatException"/> that names the field where it has another type.</remarks>
internal readonly record struct KubeconfigObject(JsonObject Json, string Path)
{
    public string Text(string key) => TextIn(Json[key], At(key));

    public bool Flag(string key) => Json[key] switch
    {
        null => false,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        var other => throw Wrong(At(key), other, "true or false"),
    };

    /// <summary>Bytes in base64, as Go decodes them: line breaks are skipped, other white space is not.</summary>
    public ImmutableArray<byte> Data(string key)
    {
        var text = Text(key).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        var bytes = new byte[text.Length];
        return !text.AsSpan().ContainsAny(' ', '\t') && Convert.TryFromBase64String(text, bytes, out var count)
            ? [.. bytes.AsSpan(0, count)]
            : throw new FormatException($"{At(key)} is not base64");
    }

    public ImmutableArray<string> Texts(string key)
    {
        var at = At(key);
        return [.. ArrayIn(Json[key], at).Select((item, index) => TextIn(item, $"{at}[{index}]"))];
    }

    public ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> TextLists(string key) => Child(key) is { } child
        ? [.. child.Json.Select(entry => KeyValuePair.Create(entry.Key, child.Texts(entry.Key)))]
        : [];

    public KubeconfigObject? Child(string key) => Json[key] switch
    {
        null => null,
        JsonObject child => new KubeconfigObject(child, At(key)),
        var other => throw Wrong(At(key), other, "an object"),
    };

    public IEnumerable<KubeconfigObject> Items(string key)
    {
        var at = At(key);
        return ArrayIn(Json[key], at).Select((item, index) => item switch
        {
            null => new KubeconfigObject([], $"{at}[{index}]"),
            JsonObject child => new KubeconfigObject(child, $"{at}[{index}]"),
            var other => throw Wrong($"{at}[{index}]", other, "an object"),
        });
    }

    private string At(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private static string TextIn(JsonNode? node, string at) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => throw Wrong(at, other, "text"),
    };

    private static JsonArray ArrayIn(JsonNode? node, string at) => node switch
    {
        null => [],
        JsonArray array => array,
        var other => throw Wrong(at, other, "a list"),
    };

    private static FormatException Wrong(string at, JsonNode node, string expected) => new($"{at} is {KindOf(node)}, not {expected}");

    private static string KindOf(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };
}
