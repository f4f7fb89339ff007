using System.Globalization;
using AdmissionGuard.Core.Transitions;
using AdmissionGuard.Tools.Checking.Cases;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tools.Checking.Output;

/// <summary>Reports one request: the verdict, every reason, the warnings, the patch, and what would be stored.</summary>
internal static class CheckRequestReport
{
    public static IEnumerable<StyledLine> Lines(CaseResult finding)
    {
        var result = finding.Result;
        yield return StyledLine.Of(
            "Verdict:     ",
            StyledLine.In(result.IsAllowed ? TerminalColor.Green : TerminalColor.Red, result.Verdict),
            result.IsAllowed ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.Code} {result.Reason}, by /{result.Webhook})"));
        yield return $"Transition:  {Shown(result.Transition)}";
        foreach (var line in Listed("Answer", result.Message.Length > 0 ? [result.Message] : [])
            .Concat(Listed("Reasons", result.Reasons))
            .Concat(Listed("Tolerated", result.Tolerated.Length > 0 ? [result.Tolerated] : []))
            .Concat(Listed("Warnings", result.Warnings))
            .Concat(Listed("Patch", result.Patch.Select(operation => operation!.ToJsonString())))
            .Concat(Listed("Synthetic", finding.MadeUp.Select(each => $"UID {each.Uid}: tenant {each.Tenant} has no UID in the files"))))
        {
            yield return line;
        }

        var (before, after) = (CheckResultSerializer.Shown(result.Before), CheckResultSerializer.Shown(result.After));
        var difference = UnifiedDiff.Lines(before, after, $"{finding.Case.Name} (stored)", $"{finding.Case.Name} (would be stored)");
        yield return "";
        if (difference is [])
        {
            yield return "No changes.";
        }

        foreach (var line in UnifiedDiff.Paint(difference))
        {
            yield return line;
        }
    }

    public static string Shown(Transition transition) => transition switch
    {
        { Released: [] or [..], Target: null, Kind: TransitionKind.Unchanged or TransitionKind.Contradictory } =>
            transition.Kind.ToString(),
        { Target: null } => $"{transition.Kind} from {Names(transition)}",
        { Released: [] } => $"{transition.Kind} in {transition.Target}",
        _ => $"{transition.Kind} from {Names(transition)} to {transition.Target}",
    };

    private static string Names(Transition transition) =>
        transition.Released is [] ? "a deleted tenant" : string.Join(", ", transition.Released);

    private static IEnumerable<string> Listed(string title, IEnumerable<string> items) =>
        items.Select((item, index) => index == 0 ? $"{title}:".PadRight(13) + item : new string(' ', 13) + item);
}
