using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>Applies a JSON merge patch (RFC 7396), which is what <c>kubectl label</c> and <c>kubectl patch --type=merge</c> send.</summary>
internal static class MergePatch
{
    /// <summary>The object with the patch applied; the one given stays as it is.</summary>
    public static JsonObject Apply(JsonObject patch, JsonObject to)
    {
        var merged = (JsonObject)to.DeepClone();
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value is JsonObject below ? Apply(below, merged[name] as JsonObject ?? []) : value.DeepClone();
            }
        }

        return merged;
    }
}
