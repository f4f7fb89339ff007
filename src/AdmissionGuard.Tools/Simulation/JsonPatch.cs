using System.Globalization;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>Applies the guard's own JSON patches (RFC 6902), which add, replace and remove.</summary>
/// <remarks>ASP.NET's JsonPatch is for typed objects and takes reflection; the tests hold this one against it.</remarks>
internal static class JsonPatch
{
    /// <summary>The object with the patch applied; the one given stays as it is.</summary>
    /// <exception cref="InvalidOperationException">An operation does not fit: the API server would answer 500.</exception>
    public static JsonObject Apply(JsonArray patch, JsonObject to)
    {
        var patched = (JsonObject)to.DeepClone();
        foreach (var operation in patch)
        {
            var steps = operation!["path"]!.GetValue<string>().Split('/')[1..];
            Apply(
                operation["op"]!.GetValue<string>(),
                Walk(patched, steps.AsSpan(..^1)),
                Unescape(steps[^1]),
                operation["value"]?.DeepClone());
        }

        return patched;
    }

    private static void Apply(string action, JsonNode? place, string step, JsonNode? value)
    {
        switch (action, place)
        {
            case ("add", JsonObject map):
            case ("replace", JsonObject existing) when existing.ContainsKey(step):
                place.AsObject()[step] = value;
                break;
            case ("remove", JsonObject map) when map.Remove(step):
                break;
            case ("add", JsonArray list) when step == "-":
                list.Add(value);
                break;
            case ("add", JsonArray list) when Index(step) <= list.Count:
                list.Insert(Index(step), value);
                break;
            case ("replace", JsonArray list) when Index(step) < list.Count:
                list[Index(step)] = value;
                break;
            case ("remove", JsonArray list) when Index(step) < list.Count:
                list.RemoveAt(Index(step));
                break;
            default:
                throw new InvalidOperationException($"the patch can't {action} {step}");
        }
    }

    private static JsonNode? Walk(JsonNode? node, ReadOnlySpan<string> steps)
    {
        foreach (var step in steps)
        {
            node = node is JsonArray list ? list.ElementAtOrDefault(Index(step)) : (node as JsonObject)?[Unescape(step)];
        }

        return node;
    }

    private static int Index(string step) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;

    private static string Unescape(string step) =>
        step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
