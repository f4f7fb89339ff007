using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>What a user should know beside the answer: the last part of a plan.</summary>
internal static class PlanNotes
{
    private static readonly string[] OfGuard = [.. ExpectedWebhook.Both.Select(webhook => webhook.Name)];

    public static IEnumerable<string> Of(
        PlannedConfiguration configuration, bool isIdle, SimulationResult result, ReadResult<IReadOnlyList<JsonNode>> webhooks)
    {
        if (isIdle)
        {
            yield return "the label already has this value: the request does not change the tenant";
        }

        if (configuration.Assumption.Length > 0)
        {
            yield return configuration.Assumption;
        }

        foreach (var note in configuration.Notes)
        {
            yield return note;
        }

        if (result.Tolerated.Length > 0)
        {
            yield return $"this mode admits the request unmodified; mode enforce would deny it: {result.Tolerated}";
        }

        if (webhooks is ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            foreach (var missing in OfGuard.Except(read.Value.Select(webhook => webhook.At("name").Text() ?? ""), StringComparer.Ordinal))
            {
                yield return $"the webhook {missing} is not registered in this cluster: a change of the label is neither completed nor "
                    + "checked";
            }

            // By a Service, the guard is called with a certificate of its own authority.
            foreach (var untrusted in read.Value.Where(webhook =>
                OfGuard.Contains(webhook.At("name").Text(), StringComparer.Ordinal)
                && webhook.At("clientConfig", "service") is not null
                && webhook.At("clientConfig", "caBundle").Text() is null or ""))
            {
                yield return $"the webhook {untrusted.At("name").Text()} has no caBundle: the guard does not answer yet, and the request "
                    + "may be refused; run admissionguard doctor";
            }
        }
    }
}
