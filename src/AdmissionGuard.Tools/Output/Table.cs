using AdmissionGuard.Core;

namespace AdmissionGuard.Tools.Output;

/// <summary>Aligns columns as kubectl does: three spaces between them, no lines.</summary>
/// <remarks>Libraries for this draw boxes, or take their columns by reflection.</remarks>
internal static class Table
{
    /// <summary>The rows as lines; the first is the heading.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="colorOf">The color of a cell.</param>
    public static IEnumerable<StyledLine> Lines(IReadOnlyList<string[]> rows, Func<string, TerminalColor> colorOf)
    {
        // As they will be shown, so that columns stay in line.
        var shown = rows.Select(row => row.Select(Printable.Escape).ToArray()).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => shown.Max(row => row[column].Length)).ToArray();
        return shown.Select(row => new StyledLine([.. row.SelectMany((cell, column) => column == row.Length - 1
            ? new[] { (cell, colorOf(cell)) }
            : [(cell, colorOf(cell)), (new string(' ', widths[column] + 3 - cell.Length), TerminalColor.None)])]));
    }
}
