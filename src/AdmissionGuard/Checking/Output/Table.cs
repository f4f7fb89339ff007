namespace AdmissionGuard.Checking.Output;

/// <summary>Aligns columns as kubectl does: three spaces between them, no lines.</summary>
/// <remarks>Libraries for this draw boxes, or take their columns by reflection.</remarks>
internal static class Table
{
    /// <summary>The rows as lines; the first is the heading.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="paint">Colors a cell that is padded already.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, Func<string, string>? paint = null)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("   ", row.Select((cell, column) =>
            (paint ?? (text => text))(column == row.Length - 1 ? cell : cell.PadRight(widths[column])))));
    }
}
