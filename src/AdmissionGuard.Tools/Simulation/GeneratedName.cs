using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>The name that the API server makes of <c>generateName</c>, after mutating admission and before validating admission.</summary>
/// <remarks>Source: Kubernetes, <c>rest.BeforeCreate</c> and <c>names.SimpleNameGenerator</c>, whose five characters are random.</remarks>
internal static class GeneratedName
{
    // The API server's own suffixes have no vowels; this one is constant, and recognizable as synthetic.
    private const string Suffix = "xxxxx";
    private const int MaxLength = 63;

    /// <summary>The name that an object has or gets; empty for none.</summary>
    public static string Of(JsonObject given) => TextOf((Fill(given)["metadata"] as JsonObject)?["name"]);

    /// <summary>The object with its name; the one given stays as it is.</summary>
    public static JsonObject Fill(JsonObject created)
    {
        if (created["metadata"] is not JsonObject metadata
            || TextOf(metadata["name"]).Length > 0
            || TextOf(metadata["generateName"]) is not { Length: > 0 } start)
        {
            return created;
        }

        var named = (JsonObject)created.DeepClone();
        named["metadata"]!["name"] = start[..Math.Min(start.Length, MaxLength - Suffix.Length)] + Suffix;
        return named;
    }

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
