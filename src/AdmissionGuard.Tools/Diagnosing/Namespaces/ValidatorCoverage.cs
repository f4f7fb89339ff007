using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Namespaces;

/// <summary>Whether the validator is called for some namespaces.</summary>
/// <param name="webhook">The validator.</param>
/// <param name="guard">The guard's configuration.</param>
/// <param name="isGke">Whether the API server is one of GKE.</param>
internal sealed class ValidatorCoverage(RegisteredWebhook webhook, GuardOptions guard, bool isGke)
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <param name="names">The names of the namespaces.</param>
    /// <param name="existing">Those of them that exist.</param>
    /// <returns>Nothing where another check says already what is wrong with the validator.</returns>
    public IEnumerable<CheckResult> Check(IReadOnlyList<string> names, IReadOnlyList<JsonNode> existing)
    {
        var leftOut = names
            .SelectMany(name => WebhookSelectors.LeavingOut(webhook, LabelsOf(name, existing)).Select(field => (Name: name, Field: field)))
            .ToLookup(each => each.Field, each => each.Name, StringComparer.Ordinal);
        foreach (var group in leftOut)
        {
            yield return CheckResult.Failed(
                $"the validator is not called for {Core.MessageText.Join([.. group])}, which its {group.Key} excludes: "
                + "nothing prevents adding such a namespace to a tenant",
                new Remediation(
                    "restore the value of deploy/base/webhooks.yaml:", webhook.Patch([webhook.Change(group.Key, new JsonObject())])));
        }

        if (TenancyMatchCondition.UnknownOf(webhook, guard.Tenant) is not [] and var unknown)
        {
            yield return CheckResult.Unknown(
                $"it is unknown whether the validator is called for {Core.MessageText.Join(names)}: "
                + $"its matchConditions ({string.Join(", ", unknown)}) are unknown",
                new Remediation(
                    "replace them with those of deploy/components/match-conditions/webhooks.yaml for your tenants:",
                    webhook.Patch([webhook.Change("matchConditions", TenancyMatchCondition.Conditions(guard.Tenant))])));
        }
        else if (leftOut.Count == 0
            && !WebhookDiff.Of(webhook, ExpectedWebhook.Validator, isGke, @namespace: null).Any(each => each.IsUnsafe))
        {
            yield return CheckResult.Ok($"the validator is called for {Core.MessageText.Join(names)}");
        }
    }

    /// <summary>The labels of a namespace; of one that does not exist, the one that it would have.</summary>
    private static Dictionary<string, string?> LabelsOf(string name, IEnumerable<JsonNode> existing) =>
        existing.FirstOrDefault(ns => ns.NameOf() == name) is { } ns
            ? ns.At("metadata", "labels").Fields().ToDictionary(each => each.Key, string? (each) => each.Value, StringComparer.Ordinal)
            : new(StringComparer.Ordinal) { [NameLabel] = name };
}
