using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AdmissionGuard.Server.Configuration;

/// <summary>Accepts only YAML without anchors and aliases, which a few lines can expand without limit, and without deep nesting.</summary>
/// <param name="parser">The parser.</param>
/// <param name="maxDepth">How many levels there may be.</param>
internal sealed class RestrictedYamlParser(IParser parser, int maxDepth = 16) : IParser
{
    private int _depth;

    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        if (!parser.MoveNext())
        {
            return false;
        }

        var now = parser.Current!;
        _depth += now.NestingIncrease;
        return now is AnchorAlias
            or NodeEvent { Anchor.IsEmpty: false } ? throw new YamlException(
                now.Start, now.End, "anchors and aliases are not supported: write the value out")
            : _depth > maxDepth ? throw new YamlException(now.Start, now.End, $"is nested deeper than {maxDepth} levels")
            : true;
    }
}
