using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Simulation;

namespace AdmissionGuard.Tools.Planning;

/// <summary>What else is to be known.</summary>
internal static class Notes
{
    /// <summary>The name of the guard's validating webhook.</summary>
    public const string Validator = "validate.admissionguard.io";

    private static readonly string[] OfGuard = ["mutate.admissionguard.io", Validator];

    private const string FetchConfiguration = "kubectl -n admissionguard-system get configmap admissionguard-config -o jsonpath='{.data.config\\.yaml}' >config.yaml";

    public static IEnumerable<string> Of(PlanOptions options, bool isIdle, SimulationResult result, ReadResult<IReadOnlyList<JsonNode>> webhooks)
    {
        if (isIdle)
        {
            yield return "the label says so already: no change of tenant is asked";
        }

        if (options.Config is null)
        {
            yield return $"no --config was given, so defaults decided what neither --set nor the environment says; the guard of this cluster may be configured otherwise: {FetchConfiguration}";
        }

        if (result.Tolerated.Length > 0)
        {
            yield return $"this mode lets it pass as it came, not completed; mode enforce would refuse it: {result.Tolerated}";
        }

        if (webhooks is ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            foreach (var missing in OfGuard.Except(read.Value.Select(webhook => webhook.At("name").Text() ?? ""), StringComparer.Ordinal))
            {
                yield return $"the webhook {missing} is not registered here: a label alone moves nothing, and nobody checks it";
            }
        }
    }
}
