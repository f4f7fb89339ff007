using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.CommandLine;

/// <summary>Changes one thing of a JSON document after the other.</summary>
internal static class JsonEdits
{
    /// <summary>The document, each time with another one of its texts replaced.</summary>
    /// <returns>The text's path, and the changed document.</returns>
    public static IEnumerable<(string Path, string Text)> Each(JsonNode root, string replacement) =>
        Paths(root)
            .Where(each => each.Node is JsonValue value && value.TryGetValue<string>(out _))
            .Select(each => Changed(root, each.Path, parent => Set(parent, each.Path[^1], replacement)));

    /// <summary>The document, each time with another one of its values replaced, by one value after the other.</summary>
    public static IEnumerable<(string Path, string Text)> Each(JsonNode root, IReadOnlyList<JsonNode?> replacements) =>
        Paths(root).Select(
            (each, index) => Changed(root, each.Path, parent => Set(parent, each.Path[^1], replacements[index % replacements.Count])));

    /// <summary>The document, each time with another one of its fields renamed.</summary>
    public static IEnumerable<(string Path, string Text)> Names(JsonNode root, string name) =>
        Paths(root).Where(each => each.Path[^1] is string).Select(each => Changed(root, each.Path, parent =>
        {
            var (map, old) = (parent.AsObject(), (string)each.Path[^1]);
            var value = map[old];
            map.Remove(old);
            map[name] = value;
        }));

    private static (string Path, string Text) Changed(JsonNode root, IReadOnlyList<object> path, Action<JsonNode> change)
    {
        var copy = root.DeepClone();
        change(path.SkipLast(1).Aggregate(copy, (at, step) => step is int index ? at[index]! : at[(string)step]!));
        return (string.Join('.', path), copy.ToJsonString());
    }

    private static void Set(JsonNode parent, object step, JsonNode? value)
    {
        if (step is int index)
        {
            parent[index] = value?.DeepClone();
        }
        else
        {
            parent[(string)step] = value?.DeepClone();
        }
    }

    private static IEnumerable<(IReadOnlyList<object> Path, JsonNode? Node)> Paths(JsonNode? node)
    {
        var below = node switch
        {
            JsonObject map => map.Select(each => (Step: (object)each.Key, each.Value)),
            JsonArray list => list.Select((value, index) => (Step: (object)index, Value: value)),
            _ => [],
        };
        foreach (var (step, value) in below)
        {
            yield return ([step], value);
            foreach (var (path, under) in Paths(value))
            {
                yield return ([step, .. path], under);
            }
        }
    }
}
