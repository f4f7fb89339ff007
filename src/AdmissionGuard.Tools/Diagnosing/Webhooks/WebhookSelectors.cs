using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>The selectors of a webhook: for a request on a namespace, both look at the namespace's own labels.</summary>
/// <remarks>
/// Source: Kubernetes, <c>pkg/admission/plugin/webhook/predicates/namespace/matcher.go</c> (<c>GetNamespaceLabels</c>), and
/// <c>object/matcher.go</c>.
/// </remarks>
internal static class WebhookSelectors
{
    private static readonly string[] Selectors = ["namespaceSelector", "objectSelector"];

    /// <summary>The selectors that leave a namespace with these labels out, by their fields.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="labels">The labels.</param>
    public static IEnumerable<string> LeavingOut(RegisteredWebhook webhook, IReadOnlyDictionary<string, string?> labels) =>
        Selectors.Where(field => !Read(webhook.Node.At(field)).Matches(labels));

    // None, and an empty one, select everything.
    private static NamespaceSelector Read(JsonNode? selector) => new(
        [.. selector.At("matchLabels").Fields()],
        [.. selector.At("matchExpressions").Items().Select(each =>
            new SelectorExpression(each.At("key").Text() ?? "", each.At("operator").Text() ?? "", [.. each.At("values").Texts()]))]);
}
