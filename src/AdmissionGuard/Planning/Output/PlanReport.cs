using AdmissionGuard.Checking;
using AdmissionGuard.Checking.Output;
using AdmissionGuard.Planning.Belongings;

namespace AdmissionGuard.Planning.Output;

/// <summary>Tells a plan.</summary>
internal static class PlanReport
{
    private const int Indent = 13;

    public static async Task WriteAsync(Plan plan, OutputFormat format, Terminal terminal)
    {
        var lines = format switch
        {
            OutputFormat.Json => [Report.Json(PlanObject.Of(plan))],
            OutputFormat.Yaml => [YamlText.Of(PlanObject.Of(plan)).TrimEnd('\n')],
            _ => Lines(plan, terminal),
        };
        foreach (var line in lines)
        {
            await terminal.Output.WriteLineAsync(line);
        }
    }

    private static IEnumerable<string> Lines(Plan plan, Terminal terminal)
    {
        var verdict = plan.IsAllowed ? terminal.Green("allowed") : terminal.Red("refused");
        return Listed("Request", [plan.Command])
            .Concat(Listed("As", [plan.User.Name]))
            .Concat(Listed("Verdict", [$"{verdict}{By(plan)}"]))
            .Concat(Listed("Transition", [RequestReport.Shown(plan.Result.Transition)]))
            .Concat(Listed("Answer", plan.Answer.Length > 0 ? [plan.Answer] : []))
            .Concat(Listed("Reasons", plan.Reasons))
            .Concat(Listed("Grant", plan.Grants.SelectMany(grant => new[] { grant.Role, grant.Binding })))
            .Concat(Listed("Warnings", plan.Result.Warnings))
            .Concat(Listed("Windows", plan.Windows))
            .Concat(Listed("Brings", plan.Belongings.Select(belonging => $"{Mark(belonging.Fit, terminal)} {belonging.Subject}, {belonging.Words}")))
            .Concat(Listed("Capsule", [plan.Capsule.Words]))
            .Concat(Listed("API server", [plan.OwnerReferences.Words]))
            .Concat(Listed("Notes", plan.Notes))
            .Append("")
            .Concat(Changes(plan, terminal));
    }

    /// <summary>Who stands against it first.</summary>
    private static string By(Plan plan) => plan switch
    {
        { IsAllowed: true } => "",
        { OfServer: not [] } => " (403 Forbidden, by the API server)",
        { Result.IsAllowed: false } => $" ({plan.Result.Code} {plan.Result.Reason}, by /{plan.Result.Webhook})",
        { OwnerReferences.IsAgainst: true } => " (403 Forbidden, by the API server)",
        _ => " (by Capsule)",
    };

    private static IEnumerable<string> Changes(Plan plan, Terminal terminal)
    {
        var name = $"namespace/{plan.Namespace}";
        var difference = plan.OfServer is not [] ? [] : Differences.Lines(
            ResultObject.Shown(plan.Result.Before), ResultObject.Shown(plan.Result.After), $"{name} (stored)", $"{name} (would be stored)");
        return difference is [] ? ["Nothing would change."] : Differences.Paint(difference, terminal);
    }

    private static string Mark(Fit fit, Terminal terminal) => fit switch
    {
        Fit.Fits => terminal.Green("fits:   "),
        Fit.Unfit => terminal.Red("unfit:  "),
        _ => terminal.Cyan("unknown:"),
    };

    private static IEnumerable<string> Listed(string title, IEnumerable<string> items) =>
        items.Select((item, index) => (index == 0 ? $"{title}:" : "").PadRight(Indent) + item);
}
