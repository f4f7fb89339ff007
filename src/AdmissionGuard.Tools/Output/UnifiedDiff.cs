using System.Text.Json.Nodes;
using DiffPlex.Renderer;

namespace AdmissionGuard.Tools.Output;

/// <summary>Shows how two objects differ, as a unified diff of their YAML.</summary>
internal static class UnifiedDiff
{
    private const int ContextLines = 3;

    /// <summary>The diff's lines; none if nothing differs.</summary>
    public static IReadOnlyList<string> Lines(JsonNode? before, JsonNode? after, string beforeName, string afterName)
    {
        var (old, now) = (Show(before), Show(after));
        return old == now
            ? []
            : UnidiffRenderer.GenerateUnidiff(old, now, beforeName, afterName, false, false, ContextLines)
                .TrimEnd()
                .Split('\n')
                .Select(line => line.TrimEnd('\r'))
                .ToList();
    }

    /// <summary>The lines with their colors.</summary>
    public static IEnumerable<StyledLine> Paint(IEnumerable<string> lines) => lines.Select(line => StyledLine.In(
        line switch
        {
            ['+', '+', '+', ' ', ..] or ['-', '-', '-', ' ', ..] => TerminalColor.Bold,
            ['+', ..] => TerminalColor.Green,
            ['-', ..] => TerminalColor.Red,
            ['@', '@', ..] => TerminalColor.Cyan,
            _ => TerminalColor.None,
        },
        line));

    private static string Show(JsonNode? node) => node is null ? "" : YamlWriter.Of(node).TrimEnd('\n');
}
