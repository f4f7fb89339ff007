using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Configuration;

/// <summary>One layer of the configuration.</summary>
/// <param name="Provider">Holds its values.</param>
/// <param name="Where">Where a key of it was written, in readable text.</param>
/// <param name="Names">How its keys compare with the settings' names: a variable's may be in capitals.</param>
/// <param name="SplitsText">Whether a list may be one text, with <c>;</c> between its items.</param>
internal sealed record ConfigurationLayer(
    IConfigurationProvider Provider, Func<string, string> Where, StringComparison Names, bool SplitsText)
{
    private static readonly char[] Separators = [';', '\n'];

    /// <summary>The position of a key in the order of errors.</summary>
    private Func<string, long> Position { get; init; } = _ => 0;

    /// <summary>The layer of the file, and the errors of the file itself.</summary>
    public static ConfigurationLayer Of(YamlProvider yaml, ImmutableArray<ConfigurationError>.Builder errors)
    {
        errors.AddRange(yaml.Errors);
        return new ConfigurationLayer(yaml, yaml.Where, StringComparison.Ordinal, SplitsText: false) { Position = yaml.Line };
    }

    /// <summary>Applies this layer to the options. A list replaces the whole list of a lower layer.</summary>
    public GuardOptions ApplyTo(GuardOptions options, Dictionary<string, string> origins, ImmutableArray<ConfigurationError>.Builder errors)
    {
        foreach (var given in Leaves("").OrderBy(leaf => Position(leaf.Key)).Select(Classify).GroupBy(leaf => leaf.Setting))
        {
            var (good, bad) = (given.Where(leaf => leaf.Error.Length == 0).ToList(), given.Where(leaf => leaf.Error.Length > 0));
            errors.AddRange(bad.Select(leaf => new ConfigurationError(leaf.Value.Where, leaf.Value.Path, leaf.Error)));
            if (given.Key is { } setting && good is [var first, ..])
            {
                origins[setting.Path] = first.Value.Where;
                options = setting.Apply(options, [.. good.SelectMany(leaf => Items(setting, leaf.Value))], errors);
            }
        }

        return options;
    }

    private IEnumerable<(string Key, string? Value)> Leaves(string parent)
    {
        foreach (var name in Provider.GetChildKeys([], parent.Length == 0 ? null : parent).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var key = parent.Length == 0 ? name : $"{parent}:{name}";
            if (Provider.TryGet(key, out var value))
            {
                yield return (key, value);
            }

            foreach (var below in Leaves(key))
            {
                yield return below;
            }
        }
    }

    /// <summary>The setting of a leaf, and the error in its path.</summary>
    private Leaf Classify((string Key, string? Value) leaf)
    {
        var (path, where) = (leaf.Key.Replace(':', '.'), Where(leaf.Key));
        var value = new GivenValue(path, leaf.Value ?? "", where);
        if (Settings.All.FirstOrDefault(setting => Is(setting.Path)) is { } whole)
        {
            var missing = whole.IsList
                ? "has no value: write [] for an empty list, or remove it to use the default"
                : "has no value: remove it to use the default";
            return new Leaf(
                whole,
                value with { Path = whole.Path },
                leaf.Value is null ? missing : whole is { IsList: true } && !SplitsText && leaf.Value.Length > 0 ? whole.Wanted : "");
        }

        if (Settings.All.FirstOrDefault(setting => IsBelow(setting.Path)) is { } above)
        {
            var index = path[(above.Path.Length + 1)..];
            return above.IsList && index.All(char.IsAsciiDigit)
                ? new Leaf(above, value with { Path = $"{above.Path}[{index}]" }, leaf.Value is null ? "has no value" : "")
                : new Leaf(above, value with { Path = above.Path }, above.Wanted);
        }

        return Settings.All.Any(setting => setting.Path.StartsWith(path + ".", Names))
            ? new Leaf(null, value, leaf.Value is null ? "" : "must be a mapping of settings")
            : new Leaf(null, value, Settings.Nearest(path) is { } near ? $"unknown setting; did you mean {near}?" : "unknown setting");

        bool Is(string other) => path.Equals(other, Names);

        bool IsBelow(string other) => path.StartsWith(other + ".", Names);
    }

    private static IEnumerable<GivenValue> Items(Setting setting, GivenValue value) => setting.IsList && value.Path == setting.Path
        ? value.Text.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(item => value with { Text = item })
        : [value];

    private readonly record struct Leaf(Setting? Setting, GivenValue Value, string Error);
}

/// <summary>One value as it was given.</summary>
/// <param name="Path">The setting's path, with an index for a list's item.</param>
/// <param name="Text">Its text.</param>
/// <param name="Where">Where it was written.</param>
internal readonly record struct GivenValue(string Path, string Text, string Where);
