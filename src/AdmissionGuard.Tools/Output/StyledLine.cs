namespace AdmissionGuard.Tools.Output;

/// <summary>The colors there are, as codes of ANSI's "select graphic rendition".</summary>
internal enum TerminalColor
{
    None = 0,
    Bold = 1,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}

/// <summary>One line of a report: text that may hold anything, and what of it has a color.</summary>
/// <param name="Parts">The texts, in order.</param>
internal sealed record StyledLine(params IReadOnlyList<(string Text, TerminalColor Color)> Parts)
{
    public static implicit operator StyledLine(string text) => new((text, TerminalColor.None));

    public static StyledLine In(TerminalColor color, string text) => new((text, color));

    public static StyledLine Of(params ReadOnlySpan<StyledLine> parts)
    {
        var all = new List<(string, TerminalColor)>();
        foreach (var part in parts)
        {
            all.AddRange(part.Parts);
        }

        return new StyledLine(all);
    }
}
