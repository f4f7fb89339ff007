using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>Holds a plan against the request that follows it.</summary>
/// <param name="plane">Where.</param>
/// <param name="set">The settings that the guard there has, as for <c>--set</c>.</param>
internal sealed class PlanComparison(ControlPlane plane, params IReadOnlyList<string> set)
{
    private const string Denied = "denied the request: ";
    private const string WarningPrefix = "Warning: ";

    /// <summary>Plans, labels, and compares, word for word.</summary>
    /// <returns>What the two disagree on; <see langword="null"/> if they agree.</returns>
    public async Task<string?> DisagreementAsync(Kubectl planner, string name, string? target, string user, string fieldManager = "")
    {
        var before = await StoredAsync(name);
        var plan = await PlanAnswer.OfAsync(planner, name, target, user, fieldManager, set);
        var between = await StoredAsync(name);
        string[] manager = fieldManager.Length == 0 ? [] : [$"--field-manager={fieldManager}"];
        string[] label = target is null ? [$"{GuardedCluster.LabelKey}-"] : [$"{GuardedCluster.LabelKey}={target}", "--overwrite"];
        var answer = await plane.KubectlAs(user).RunAsync(["label", "ns", name, .. label, .. manager]);
        var after = await StoredAsync(name);

        var (refusal, warnings) = (RefusalIn(answer.Error), WarningsIn(answer.Error));
        // Where the label is as it was, newer versions of kubectl send nothing, and nobody can warn.
        var isSent = warnings is not [] || !answer.Output.Contains("not labeled", StringComparison.Ordinal);
        return before.ToJsonString() != between.ToJsonString() ? "the plan changed something"
            : plan.Result is null ? $"no plan: {plan.Error}"
            : plan.ExitCode != answer.ExitCode ? $"plan ends with {plan.ExitCode} ({plan.Message}), kubectl with {answer.ExitCode}: {answer.Error}"
            : plan.Message != refusal ? $"plan says\n  {plan.Message}\nkubectl gets\n  {refusal}"
            : isSent
                && !plan.Warnings.SequenceEqual(
                    warnings) ? $"plan warns\n  {string.Join("\n  ", plan.Warnings)}\nkubectl is warned\n  {string.Join("\n  ", warnings)}"
            : Tenancy(
                plan.Result["object"]!) != Tenancy(after) ? $"plan foretells {Tenancy(plan.Result["object"]!)}, stored is {Tenancy(after)}"
            : null;
    }

    /// <summary>A refusal without what names the webhook or the kind of error.</summary>
    private static string RefusalIn(string error)
    {
        var line = error.Split('\n')
            .FirstOrDefault(
                each => each.StartsWith("Error from server", StringComparison.Ordinal)
                    || each.Contains(Denied, StringComparison.Ordinal)) ?? "";
        var at = line.IndexOf(Denied, StringComparison.Ordinal);
        return at >= 0
            ? line[(at + Denied.Length)..]
            : line[(line.IndexOf("): ", StringComparison.Ordinal) is var end and >= 0 ? end + "): ".Length : 0)..];
    }

    private static List<string> WarningsIn(string error) =>
        [
            .. error.Split('\n')
                .Where(line => line.StartsWith(WarningPrefix, StringComparison.Ordinal))
                .Select(line => line[WarningPrefix.Length..]),
        ];

    private static string Tenancy(JsonNode ns) =>
        $"{ns["metadata"]!["labels"]?[GuardedCluster.LabelKey]} {ns["metadata"]!["ownerReferences"]?.ToJsonString()}";

    private async Task<JsonNode> StoredAsync(string name) =>
        (await plane.AdminApi.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{name}")).Ok();
}
