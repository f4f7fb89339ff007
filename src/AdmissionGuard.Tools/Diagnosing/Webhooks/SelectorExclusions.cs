using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Reads what a <c>namespaceSelector</c> excludes.</summary>
internal static class SelectorExclusions
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    /// <summary>What a selector excludes.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="expected">The selector of <c>deploy/</c>; empty for none.</param>
    /// <param name="isGke">Whether the API server is one of GKE.</param>
    public static SelectorExclusion Of(JsonNode? selector, JsonNode? expected, bool isGke)
    {
        var others = selector.At("matchExpressions").Items()
            .Where(each => !expected.At("matchExpressions").Items().Any(other => JsonNode.DeepEquals(each, other)))
            .Where(each => !(isGke && Is(each, NameLabel, "NotIn")))
            .ToList();
        return (selector.At("matchLabels") as JsonObject ?? []).Count > 0 || !others.TrueForAll(IsOfAzure) ? SelectorExclusion.Namespaces
            : others is [] ? SelectorExclusion.None
            : SelectorExclusion.AzureLabels;
    }

    /// <summary>Whether a selector calls the webhook for namespaces, by name, that the expected one exempts.</summary>
    public static bool LacksExemption(JsonNode? selector, JsonNode? expected) => expected.At("matchExpressions").Items().Any(each =>
        !selector.At("matchExpressions").Items().Any(other =>
            Is(other, each.At("key").Text()!, each.At("operator").Text()!)
            && !each.At("values").Texts().Except(other.At("values").Texts(), StringComparer.Ordinal).Any()));

    private static bool IsOfAzure(JsonNode each) =>
        Is(each, "control-plane", "DoesNotExist")
        || (Is(each, "control-plane", "NotIn") && Has(each, "true"))
        || (Is(each, "kubernetes.azure.com/managedby", "NotIn") && Has(each, "aks"));

    private static bool Is(JsonNode expression, string key, string operation) =>
        expression.At("key").Text() == key && expression.At("operator").Text() == operation;

    private static bool Has(JsonNode expression, string value) =>
        expression.At("values").Texts().SequenceEqual([value], StringComparer.Ordinal);
}
