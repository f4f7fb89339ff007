using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AdmissionGuard.Configuration;

/// <summary>Lets through YAML that is no larger than it looks: no anchors and aliases, which a few lines can grow without end, and no deep nesting.</summary>
/// <param name="parser">The parser.</param>
internal sealed class PlainYaml(IParser parser) : IParser
{
    private const int MaxDepth = 16;

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
        return now is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } ? throw new YamlException(now.Start, now.End, "anchors and aliases are not taken here: write the value out")
            : _depth > MaxDepth ? throw new YamlException(now.Start, now.End, $"is nested deeper than {MaxDepth} levels")
            : true;
    }
}
