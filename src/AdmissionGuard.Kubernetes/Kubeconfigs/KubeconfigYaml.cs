using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>
/// Reads the first YAML or JSON document of a text as kubectl does: aliases and merge keys are resolved, and the last of two equal keys
/// wins.
/// </summary>
internal sealed class KubeconfigYaml
{
    private const int MaxDepth = 100;

    // Aliases can expand a short text without limit.
    private const int MaxNodes = 1_000_000;

    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _depth;
    private int _nodes;

    private KubeconfigYaml(TextReader text) => _parser = new Parser(text);

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its first document; <see langword="null"/> if there is none.</returns>
    /// <exception cref="YamlException">It is not YAML.</exception>
    public static JsonNode? Read(TextReader text)
    {
        var yaml = new KubeconfigYaml(text);
        yaml._parser.Consume<StreamStart>();
        return yaml._parser.TryConsume<DocumentStart>(out _) ? yaml.Node() : null;
    }

    private JsonNode? Node()
    {
        Limit(1);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var known) ? Copy(known)
                : throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}'");
        }

        var start = _parser.Consume<NodeEvent>();
        _depth++;
        JsonNode? node = start switch
        {
            MappingStart => Mapping(),
            SequenceStart => Sequence(),
            Scalar { Style: ScalarStyle.Plain, Tag.IsEmpty: true } scalar => YamlScalar.Resolve(scalar.Value),
            _ => JsonValue.Create(((Scalar)start).Value),
        };
        _depth--;
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private JsonObject Mapping()
    {
        var mapping = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            var value = Node();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                Merge(mapping, value);
            }
            else
            {
                // Keys that are no text are written as JSON writes their values.
                mapping[key.Style is ScalarStyle.Plain ? $"{YamlScalar.Resolve(key.Value)}" : key.Value] = value;
            }
        }

        return mapping;
    }

    // Of several mappings the first counts most.
    private static void Merge(JsonObject mapping, JsonNode? value)
    {
        foreach (var (name, field) in (value as JsonArray ?? [value?.DeepClone()])
            .Reverse()
            .OfType<JsonObject>()
            .SelectMany(merged => merged)
            .ToList())
        {
            mapping[name] = field?.DeepClone();
        }
    }

    private JsonArray Sequence()
    {
        var sequence = new JsonArray();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            sequence.Add(Node());
        }

        return sequence;
    }

    private JsonNode? Copy(JsonNode? node)
    {
        Limit(Count(node));
        return node?.DeepClone();
    }

    private void Limit(int more)
    {
        _nodes += more;
        if (_nodes > MaxNodes || _depth > MaxDepth)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, "too large or nested too deeply");
        }
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject mapping => 1 + mapping.Sum(entry => Count(entry.Value)),
        JsonArray sequence => 1 + sequence.Sum(Count),
        _ => 1,
    };
}
