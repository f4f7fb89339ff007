using System.Globalization;
using AdmissionGuard.Core;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AdmissionGuard.Server.Configuration;

/// <summary>The values of a YAML file, and the line of each. Errors in the file are collected, not thrown.</summary>
/// <param name="file">The file; <see langword="null"/> for none, and no values.</param>
/// <param name="open">Opens it; <see langword="null"/> for a file of this machine.</param>
internal sealed class YamlProvider(string? file, Func<TextReader>? open = null) : ConfigurationProvider
{
    private readonly Dictionary<string, long> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigurationError> _errors = [];

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public long Line(string key) => _lines.GetValueOrDefault(key);

    public string Where(string key) => At(Line(key));

    public override void Load()
    {
        if (file is not null && YamlFile.Read(open ?? (() => new StreamReader(file)), AddError) is { } root)
        {
            Read("", root);
        }
    }

    private void Read(string parent, YamlMappingNode mapping)
    {
        foreach (var (name, value) in mapping.Children)
        {
            // Other names match no setting, and could mean another path in .NET's configuration.
            var word = (name as YamlScalarNode)?.Value ?? "";
            if (word.Length == 0 || !word.All(char.IsAsciiLetter))
            {
                AddError(name.Start.Line, parent, $"{MessageText.Quote(word)} is not the name of a setting");
            }
            else if (_lines.ContainsKey(Join(parent, word)))
            {
                // Names in .NET's configuration are case-insensitive.
                AddError(name.Start.Line, Join(parent, word), "is given twice");
            }
            else
            {
                Read(Join(parent, word), name, value);
            }
        }
    }

    private void Read(string key, YamlNode at, YamlNode value)
    {
        _lines[key] = at.Start.Line;
        switch (value)
        {
            case YamlMappingNode { Children.Count: > 0 } mapping:
                Read(key, mapping);
                break;
            case YamlMappingNode:
                Data[key] = null;
                break;
            case YamlSequenceNode { Children.Count: 0 }:
                Data[key] = "";
                break;
            case YamlSequenceNode sequence:
                foreach (var (index, item) in sequence.Children.Index())
                {
                    Read(Join(key, index.ToString(CultureInfo.InvariantCulture)), item, item);
                }

                break;
            default:
                Data[key] = value is YamlScalarNode { Value: { } text, Style: var style }
                    && (style is not ScalarStyle.Plain || text is not ("" or "~" or "null")) ? text : null;
                break;
        }
    }

    private static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}:{name}";

    private void AddError(long line, string words) => AddError(line, "", words);

    private void AddError(long line, string key, string words) =>
        _errors.Add(new ConfigurationError(At(line), key.Replace(':', '.'), words));

    private string At(long line) => line == 0 ? $"{file}" : $"{file}:{line}";
}
