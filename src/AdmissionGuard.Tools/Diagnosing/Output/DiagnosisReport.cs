using System.Globalization;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Diagnosing.Output;

/// <summary>Tells what was found.</summary>
internal static class DiagnosisReport
{
    // As wide as the widest mark, and what lies between columns.
    private const int Indent = 12;

    public static void Write(IReadOnlyList<(string Check, Diagnosis Diagnosis)> found, OutputFormat format, Terminal terminal) =>
        terminal.Write(format is OutputFormat.Table ? Lines(found) : Report.Lines(DiagnosisObject.Of(found), format));

    private static IEnumerable<Line> Lines(IReadOnlyList<(string Check, Diagnosis Diagnosis)> found)
    {
        string[][] rows = [["STATUS", "CHECK", "MESSAGE"], .. found.Select(each => new[] { MarkOf(each.Diagnosis.Health), each.Check, each.Diagnosis.Words })];
        foreach (var (index, row) in Table.Lines(rows, ColorOf).Index())
        {
            yield return row;
            foreach (var line in index == 0 ? [] : Lines(found[index - 1].Diagnosis.Fix))
            {
                yield return line;
            }
        }

        yield return "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(Health.Ok)} ok, {Count(Health.Warning)} {(Count(Health.Warning) == 1 ? "warning" : "warnings")}, {Count(Health.Failed)} failed, {Count(Health.Unknown)} unknown");

        int Count(Health health) => found.Count(each => each.Diagnosis.Health == health);
    }

    private static IEnumerable<string> Lines(Fix? fix)
    {
        if (fix is null)
        {
            return [];
        }

        var lines = fix.Words.Length == 0 ? fix.Commands.Select(line => $"fix: {line}") : fix.Commands.Prepend($"fix: {fix.Words}");
        return lines.Select(line => new string(' ', Indent) + line);
    }

    private static string MarkOf(Health health) => health switch
    {
        Health.Ok => "[ok]",
        Health.Warning => "[warn]",
        Health.Failed => "[fail]",
        _ => "[unknown]",
    };

    private static Color ColorOf(string cell) => cell switch
    {
        "[ok]" => Color.Green,
        "[warn]" => Color.Yellow,
        "[fail]" => Color.Red,
        "[unknown]" => Color.Cyan,
        _ => Color.None,
    };
}
