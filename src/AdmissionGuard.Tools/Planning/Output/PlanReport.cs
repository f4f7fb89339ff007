using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Output;
using AdmissionGuard.Tools.Planning.Contents;

namespace AdmissionGuard.Tools.Planning.Output;

/// <summary>Reports a plan.</summary>
internal static class PlanReport
{
    private const int Indent = 13;

    public static void Write(Plan plan, OutputFormat format, Terminal terminal) =>
        terminal.Write(format is OutputFormat.Table ? Lines(plan) : CheckReport.Lines(PlanSerializer.Of(plan), format));

    private static IEnumerable<StyledLine> Lines(Plan plan)
    {
        var verdict = plan.IsAllowed ? StyledLine.In(TerminalColor.Green, "allowed") : StyledLine.In(TerminalColor.Red, "refused");
        return Listed("Request", [plan.Command])
            .Concat(Listed("As", [plan.User.Name]))
            .Concat(Painted("Verdict", [StyledLine.Of(verdict, By(plan))]))
            .Concat(Listed("Unknown", plan.Unknown))
            .Concat(Listed("Transition", [CheckRequestReport.Shown(plan.Result.Transition)]))
            .Concat(Listed("Answer", plan.Answer.Length > 0 ? [plan.Answer] : []))
            .Concat(Listed("Reasons", plan.Reasons))
            .Concat(Listed("Grant", plan.Grants.SelectMany(grant => new[] { grant.Role, grant.Binding })))
            .Concat(Listed("Warnings", plan.Result.Warnings))
            .Concat(Listed("Windows", plan.Windows))
            .Concat(
                Painted(
                    "Contents",
                    plan.CompatibilityChecks.Select(check => StyledLine.Of(Mark(check.Fit), $" {check.Subject}, {check.Message}"))))
            .Concat(Listed("Capsule", [plan.Capsule.Message]))
            .Concat(Listed("API server", [plan.OwnerReferences.Message]))
            .Concat(Listed("Notes", plan.Notes))
            .Append("")
            .Concat(Changes(plan));
    }

    /// <summary>The first check that refuses it.</summary>
    private static string By(Plan plan) => plan switch
    {
        { IsAllowed: true } => "",
        { OfServer: not [] } => " (403 Forbidden, by the API server)",
        { Result.IsAllowed: false } => $" ({plan.Result.Code} {plan.Result.Reason}, by /{plan.Result.Webhook})",
        { OwnerReferences.IsRefused: true } => " (403 Forbidden, by the API server)",
        _ => " (by Capsule)",
    };

    private static IEnumerable<StyledLine> Changes(Plan plan)
    {
        var name = $"namespace/{plan.Namespace}";
        var difference = plan.OfServer is not [] ? [] : UnifiedDiff.Lines(
            CheckResultSerializer.Shown(plan.Result.Before),
            CheckResultSerializer.Shown(plan.Result.After),
            $"{name} (stored)",
            $"{name} (would be stored)");
        return difference is [] ? ["No changes."] : UnifiedDiff.Paint(difference);
    }

    private static StyledLine Mark(Compatibility fit) => fit switch
    {
        Compatibility.Fits => StyledLine.In(TerminalColor.Green, "fits:   "),
        Compatibility.Unfit => StyledLine.In(TerminalColor.Red, "unfit:  "),
        _ => StyledLine.In(TerminalColor.Cyan, "unknown:"),
    };

    private static IEnumerable<StyledLine> Listed(string title, IEnumerable<string> items) =>
        Painted(title, items.Select(item => (StyledLine)item));

    private static IEnumerable<StyledLine> Painted(string title, IEnumerable<StyledLine> items) =>
        items.Select((item, index) => StyledLine.Of((index == 0 ? $"{title}:" : "").PadRight(Indent), item));
}
