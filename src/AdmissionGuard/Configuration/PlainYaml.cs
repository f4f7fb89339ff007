using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AdmissionGuard.Configuration;

/// <summary>Lets through YAML that is no larger than it looks: no anchors and aliases, which a few lines can grow without end, and no deep nesting.</summary>
/// <param name="parser">The parser.</param>
/// <param name="maxDepth">How many levels there may be.</param>
internal sealed class PlainYaml(IParser parser, int maxDepth = 16) : IParser
{
    private const string Lost = "can't be read on from here";

    private int _depth;

    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        if (!Advance())
        {
            return false;
        }

        var now = parser.Current!;
        _depth += now.NestingIncrease;
        return now is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } ? throw new YamlException(now.Start, now.End, "anchors and aliases are not taken here: write the value out")
            : _depth > maxDepth ? throw new YamlException(now.Start, now.End, $"is nested deeper than {maxDepth} levels")
            : true;
    }

    // YamlDotNet's scanner loses its way in some texts that are no YAML, such as a list in brackets with a mapping on its next line.
    private bool Advance()
    {
        try
        {
            return parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            var last = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(last, last, Lost, new InvalidDataException(Lost, e));
        }
    }
}
