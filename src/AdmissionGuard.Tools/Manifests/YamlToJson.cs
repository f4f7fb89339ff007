using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>YAML's values as JSON's, by the rules that kubectl follows: those of YAML 1.1, with <c>yes</c> and <c>on</c>.</summary>
/// <remarks>Source: <c>sigs.k8s.io/yaml</c>, whose parser is go-yaml 2.</remarks>
internal sealed class YamlToJson
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The line of each value that was converted, by its path.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>What values that are no text were written as, by their paths: <c>off</c> for <c>false</c>.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Whether a text, written without quotes, would be read as something else than text.</summary>
    public static bool NeedsQuotes(string text) => YamlScalar.Resolve(text) is not JsonValue value || !value.TryGetValue<string>(out _);

    /// <exception cref="YamlException">A key is not text.</exception>
    public JsonNode? Convert(YamlNode node, string path = JsonPath.Root)
    {
        _lines.TryAdd(path, (int)node.Start.Line);
        switch (node)
        {
            case YamlMappingNode mapping:
                var map = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name })
                    {
                        throw new YamlException(key.Start, key.End, "a key must be text");
                    }

                    var below = JsonPath.Join(path, name);
                    _lines[below] = (int)key.Start.Line;
                    map[name] = Convert(value, below);
                }

                return map;
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var (index, item) in sequence.Children.Index())
                {
                    list.Add(Convert(item, JsonPath.Join(path, index)));
                }

                return list;
            default:
                var (scalar, text) = ((YamlScalarNode)node, ((YamlScalarNode)node).Value ?? "");
                if (scalar.Style is not ScalarStyle.Plain || !scalar.Tag.IsEmpty)
                {
                    return JsonValue.Create(text);
                }

                _texts[path] = text;
                return YamlScalar.Resolve(text);
        }
    }
}
