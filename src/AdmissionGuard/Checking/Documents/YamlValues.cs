using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Checking.Documents;

/// <summary>YAML's values as JSON's, by the rules that kubectl follows: those of YAML 1.1, with <c>yes</c> and <c>on</c>.</summary>
/// <remarks>Source: <c>sigs.k8s.io/yaml</c>, whose parser is go-yaml 2.</remarks>
internal sealed partial class YamlValues
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The line of each value that was converted, by its path.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>What values that are no text were written as, by their paths: <c>off</c> for <c>false</c>.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Whether a text, written without quotes, would be read as something else than text.</summary>
    public static bool NeedsQuotes(string text) => Plain(text) is not JsonValue value || !value.TryGetValue<string>(out _);

    /// <exception cref="YamlException">A key is no text.</exception>
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
                        throw new YamlException(key.Start, key.End, "a key is to be text");
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
                return Plain(text);
        }
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => JsonValue.Create(true),
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => JsonValue.Create(false),
        _ when Number().IsMatch(text) => Numeric(text.Replace("_", "", StringComparison.Ordinal)) ?? JsonValue.Create(text),
        _ => JsonValue.Create(text),
    };

    private static JsonValue? Numeric(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? JsonValue.Create(hex) : null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? JsonValue.Create(real)
        : null;

    [GeneratedRegex(@"\A([-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
