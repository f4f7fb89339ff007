using System.Globalization;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Diagnosing.Output;

/// <summary>Reports the results.</summary>
internal static class DiagnosisReport
{
    // As wide as the widest mark, and what lies between columns.
    private const int Indent = 12;

    public static void Write(IReadOnlyList<(string Check, CheckResult Diagnosis)> found, OutputFormat format, Terminal terminal) =>
        terminal.Write(format is OutputFormat.Table ? Lines(found) : CheckReport.Lines(DiagnosisSerializer.Of(found), format));

    private static IEnumerable<StyledLine> Lines(IReadOnlyList<(string Check, CheckResult Diagnosis)> found)
    {
        string[][] rows = [
            ["STATUS", "CHECK", "MESSAGE"],
            .. found.Select(each => new[] { MarkOf(each.Diagnosis.Health), each.Check, each.Diagnosis.Message }),
        ];
        foreach (var (index, row) in Table.Lines(rows, ColorOf).Index())
        {
            yield return row;
            foreach (var line in index == 0 ? [] : Lines(found[index - 1].Diagnosis.Remediation))
            {
                yield return line;
            }
        }

        yield return "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(CheckStatus.Ok)} ok, {Count(CheckStatus.Warning)} {(Count(CheckStatus.Warning) == 1 ? "warning" : "warnings")}, "
                + $"{Count(CheckStatus.Failed)} failed, {Count(CheckStatus.Unknown)} unknown");

        int Count(CheckStatus health) => found.Count(each => each.Diagnosis.Health == health);
    }

    private static IEnumerable<string> Lines(Remediation? remediation)
    {
        if (remediation is null)
        {
            return [];
        }

        var lines = remediation.Message.Length == 0
            ? remediation.Commands.Select(line => $"fix: {line}")
            : remediation.Commands.Prepend($"fix: {remediation.Message}");
        return lines.Select(line => new string(' ', Indent) + line);
    }

    private static string MarkOf(CheckStatus health) => health switch
    {
        CheckStatus.Ok => "[ok]",
        CheckStatus.Warning => "[warn]",
        CheckStatus.Failed => "[fail]",
        _ => "[unknown]",
    };

    private static TerminalColor ColorOf(string cell) => cell switch
    {
        "[ok]" => TerminalColor.Green,
        "[warn]" => TerminalColor.Yellow,
        "[fail]" => TerminalColor.Red,
        "[unknown]" => TerminalColor.Cyan,
        _ => TerminalColor.None,
    };
}
