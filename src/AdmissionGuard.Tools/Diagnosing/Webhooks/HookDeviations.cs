using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Compares a webhook with what it is to be like.</summary>
internal static class HookDeviations
{
    private const int LongestTimeout = 10;
    private const int ShortestTimeout = 2;
    private const int Timeout = 5;

    public static IEnumerable<Deviation> Of(Hook hook, HookStandard standard)
    {
        var node = hook.Node;
        if (standard.Requests.Where(request => !hook.Matches(request.Resource, request.Operation)).Select(request => $"{request.Operation} of {request.Resource}").ToList() is [_, ..] missing)
        {
            yield return new Deviation(IsUnsafe: true, $"it is not asked about {Core.Text.Join(missing)}", hook.Change("rules", standard.Rules()));
        }

        if (node.At("failurePolicy").Text() is var policy && policy != standard.FailurePolicy)
        {
            yield return new Deviation(!standard.IsMutating, $"its failurePolicy is {policy}, not {standard.FailurePolicy}", hook.Change("failurePolicy", standard.FailurePolicy));
        }

        if (!IsEmpty(node.At("namespaceSelector")) && !(standard.IsMutating && ExemptsTheSystem(node.At("namespaceSelector"))))
        {
            yield return new Deviation(IsUnsafe: true, "its namespaceSelector leaves namespaces out", hook.Change("namespaceSelector", new JsonObject()));
        }

        if (!IsEmpty(node.At("objectSelector")))
        {
            yield return new Deviation(IsUnsafe: true, "its objectSelector leaves namespaces out", hook.Change("objectSelector", new JsonObject()));
        }

        if (standard.IsMutating && node.At("matchConditions").Items().Any())
        {
            yield return new Deviation(IsUnsafe: true, "its matchConditions keep it from being called again when a later mutator sets the label", hook.Change("matchConditions", value: null));
        }

        if (standard.IsMutating && node.At("reinvocationPolicy").Text() != "IfNeeded")
        {
            yield return new Deviation(IsUnsafe: true, "it is not called again when a later mutator sets the label (reinvocationPolicy)", hook.Change("reinvocationPolicy", "IfNeeded"));
        }

        foreach (var deviation in Small(hook))
        {
            yield return deviation;
        }
    }

    private static IEnumerable<Deviation> Small(Hook hook)
    {
        if (hook.Node.At("matchPolicy").Text() is var match && match != "Equivalent")
        {
            yield return new Deviation(IsUnsafe: false, $"its matchPolicy is {match}, not Equivalent", hook.Change("matchPolicy", "Equivalent"));
        }

        if (hook.Node.At("sideEffects").Text() is var effects && effects != "None")
        {
            yield return new Deviation(IsUnsafe: false, $"its sideEffects are {effects}, not None", hook.Change("sideEffects", "None"));
        }

        if (hook.Node.At("timeoutSeconds") is JsonValue value && value.TryGetValue<int>(out var seconds) && seconds is < ShortestTimeout or > LongestTimeout)
        {
            yield return new Deviation(
                IsUnsafe: false,
                $"its timeoutSeconds is {seconds}: {(seconds < ShortestTimeout ? "look-ups and a second try don't fit in" : "a guard that hangs holds every request up as long")}",
                hook.Change("timeoutSeconds", Timeout));
        }
    }

    private static bool IsEmpty(JsonNode? selector) => (selector.At("matchLabels") as JsonObject ?? []).Count == 0 && !selector.At("matchExpressions").Items().Any();

    /// <summary>Whether it exempts kube-system by a label that nobody can change, and nothing else.</summary>
    private static bool ExemptsTheSystem(JsonNode? selector) =>
        (selector.At("matchLabels") as JsonObject ?? []).Count == 0
        && selector.At("matchExpressions").Items().All(each =>
            each.At("key").Text() == "kubernetes.io/metadata.name" && each.At("operator").Text() == "NotIn" && each.At("values").Texts().SequenceEqual(["kube-system"], StringComparer.Ordinal));
}
