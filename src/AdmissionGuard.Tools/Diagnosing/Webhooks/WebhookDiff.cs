using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Compares a webhook with the expected one.</summary>
internal static class WebhookDiff
{
    private const int LongestTimeout = 10;
    private const int ShortestTimeout = 2;
    private const int Timeout = 5;

    public static IEnumerable<WebhookDeviation> Of(RegisteredWebhook webhook, ExpectedWebhook standard)
    {
        var node = webhook.Node;
        if (standard.Requests.Where(request => !webhook.Matches(request.Resource, request.Operation))
            .Select(request => $"{request.Operation} of {request.Resource}")
            .ToList() is [_, ..] missing)
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, $"it is not called for {Core.MessageText.Join(missing)}", webhook.Change("rules", standard.Rules()));
        }

        if (node.At("failurePolicy").Text() is var policy && policy != standard.FailurePolicy)
        {
            yield return new WebhookDeviation(
                !standard.IsMutating,
                $"its failurePolicy is {policy}, not {standard.FailurePolicy}",
                webhook.Change("failurePolicy", standard.FailurePolicy));
        }

        if (!IsEmpty(node.At("namespaceSelector")) && !(standard.IsMutating && ExemptsTheSystem(node.At("namespaceSelector"))))
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, "its namespaceSelector excludes namespaces", webhook.Change("namespaceSelector", new JsonObject()));
        }

        if (!IsEmpty(node.At("objectSelector")))
        {
            yield return new WebhookDeviation(
                IsUnsafe: true, "its objectSelector excludes namespaces", webhook.Change("objectSelector", new JsonObject()));
        }

        if (standard.IsMutating && node.At("matchConditions").Items().Any())
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                "its matchConditions prevent its reinvocation when a later mutator sets the label",
                webhook.Change("matchConditions", value: null));
        }

        if (standard.IsMutating && node.At("reinvocationPolicy").Text() != "IfNeeded")
        {
            yield return new WebhookDeviation(
                IsUnsafe: true,
                "it is not reinvoked when a later mutator sets the label (reinvocationPolicy)",
                webhook.Change("reinvocationPolicy", "IfNeeded"));
        }

        foreach (var deviation in Small(webhook))
        {
            yield return deviation;
        }
    }

    private static IEnumerable<WebhookDeviation> Small(RegisteredWebhook webhook)
    {
        if (webhook.Node.At("matchPolicy").Text() is var match && match != "Equivalent")
        {
            yield return new WebhookDeviation(
                IsUnsafe: false, $"its matchPolicy is {match}, not Equivalent", webhook.Change("matchPolicy", "Equivalent"));
        }

        if (webhook.Node.At("sideEffects").Text() is var effects && effects != "None")
        {
            yield return new WebhookDeviation(
                IsUnsafe: false, $"its sideEffects are {effects}, not None", webhook.Change("sideEffects", "None"));
        }

        if (webhook.Node.At("timeoutSeconds") is JsonValue value
            && value.TryGetValue<int>(out var seconds)
            && seconds is < ShortestTimeout or > LongestTimeout)
        {
            yield return new WebhookDeviation(
                IsUnsafe: false,
                seconds < ShortestTimeout
                    ? $"its timeoutSeconds is {seconds}: too short for lookups and a retry"
                    : $"its timeoutSeconds is {seconds}: a guard that hangs delays every request that long",
                webhook.Change("timeoutSeconds", Timeout));
        }
    }

    private static bool IsEmpty(JsonNode? selector) =>
        (selector.At("matchLabels") as JsonObject ?? []).Count == 0 && !selector.At("matchExpressions").Items().Any();

    /// <summary>Whether it exempts kube-system by a label that nobody can change, and nothing else.</summary>
    private static bool ExemptsTheSystem(JsonNode? selector) =>
        (selector.At("matchLabels") as JsonObject ?? []).Count == 0
        && selector.At("matchExpressions").Items().All(each =>
            each.At("key").Text() == "kubernetes.io/metadata.name"
                && each.At("operator").Text() == "NotIn"
                && each.At("values").Texts().SequenceEqual(["kube-system"], StringComparer.Ordinal));
}
