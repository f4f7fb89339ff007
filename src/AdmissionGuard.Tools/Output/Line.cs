namespace AdmissionGuard.Tools.Output;

/// <summary>The colors there are, as codes of ANSI's "select graphic rendition".</summary>
internal enum Color
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
internal sealed record Line(params IReadOnlyList<(string Text, Color Color)> Parts)
{
    public static implicit operator Line(string text) => new((text, Color.None));

    public static Line In(Color color, string text) => new((text, color));

    public static Line Of(params ReadOnlySpan<Line> parts)
    {
        var all = new List<(string, Color)>();
        foreach (var part in parts)
        {
            all.AddRange(part.Parts);
        }

        return new Line(all);
    }
}
