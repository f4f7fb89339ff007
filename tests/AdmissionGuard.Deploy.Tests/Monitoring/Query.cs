using System.Text.RegularExpressions;

namespace AdmissionGuard.Deploy.Tests.Monitoring;

/// <summary>What a query names.</summary>
/// <param name="Selectors">Metrics, each with the labels that it is chosen by.</param>
/// <param name="GroupedBy">Labels that it sums and counts by.</param>
internal sealed partial record Query(
    IReadOnlyList<(string Metric, IReadOnlyList<string> Labels)> Selectors, IReadOnlyList<string> GroupedBy)
{
    /// <summary>Reads a query, as far as those of deploy/monitoring go.</summary>
    public static Query Of(string text)
    {
        var withoutTexts = QuotedText().Replace(text, "\"\"");
        return new Query(
            [
                .. Selector()
                    .Matches(withoutTexts)
                    .Select(
                        match => (match.Groups[1].Value, (IReadOnlyList<string>)[
                            .. Matcher().Matches(match.Groups[2].Value).Select(label => label.Groups[1].Value)
                        ])),
            ],
            [
                .. Grouping()
                    .Matches(withoutTexts)
                    .SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
                    .Distinct(StringComparer.Ordinal),
            ]);
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex QuotedText();

    [GeneratedRegex(@"\b((?:admissionguard|apiserver|process|dotnet)_\w+)(\{[^}]*\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\bby\s*\(([^)]*)\)")]
    private static partial Regex Grouping();
}
