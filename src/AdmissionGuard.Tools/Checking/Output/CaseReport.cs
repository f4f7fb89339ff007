using System.Globalization;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Checking.Output;

/// <summary>Reports many cases or requests: a table, a diff for each case that is not as expected, and a count.</summary>
internal static class CaseReport
{
    public static IEnumerable<StyledLine> Lines(IReadOnlyList<CaseResult> findings)
    {
        string[][] rows = [["NAME", "VERDICT", "EXPECTED", "RESULT"], .. findings.Select(Row)];
        foreach (var line in Table.Lines(rows, cell => cell switch
        {
            "pass" => TerminalColor.Green,
            "FAIL" or "refused" => TerminalColor.Red,
            _ => TerminalColor.None,
        }))
        {
            yield return line;
        }

        foreach (var finding in findings.Where(finding => !CheckReport.IsGood(finding)))
        {
            yield return "";
            foreach (var line in Details(finding))
            {
                yield return line;
            }
        }

        var passed = findings.Count(CheckReport.IsGood);
        yield return "";
        yield return string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {findings.Count - passed} failed");
    }

    private static string[] Row(CaseResult finding) =>
    [
        finding.Case.Name,
        finding.Result.Verdict,
        finding.Case.Expectation?.Verdict ?? "-",
        finding.Case.Expectation is null ? finding.Result.IsAllowed ? "allowed" : "refused" : CheckReport.IsGood(finding) ? "pass" : "FAIL",
    ];

    private static IEnumerable<StyledLine> Details(CaseResult finding)
    {
        var (file, number) = (finding.Case.Document.File, finding.Case.Document.Number);
        yield return string.Create(CultureInfo.InvariantCulture, $"{finding.Case.Name} ({file}, document {number})");
        if (finding.Case.Expectation is not { } expectation)
        {
            yield return finding.Result.Message;
            yield break;
        }

        yield return finding.Case.Description;
        var (expected, actual) = expectation.Compare(finding);
        foreach (var line in UnifiedDiff.Paint(UnifiedDiff.Lines(expected, actual, "expected", "actual")))
        {
            yield return line;
        }
    }
}
