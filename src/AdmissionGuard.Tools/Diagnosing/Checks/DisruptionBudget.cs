using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Nobody drains every replica at once.</summary>
internal sealed class DisruptionBudget : ICheck
{
    public string Name => "disruption-budget";

    public string Summary => "A PodDisruptionBudget selects the guard's pods.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var installation = await patient.Installation;
        if (installation.Deployment is not { } deployment)
        {
            return [];
        }

        var (version, budgets) = ("v1", await ListAsync(patient, installation, "v1"));
        if (budgets is Reading<IReadOnlyList<JsonNode>>.Absent { IsServed: false })
        {
            // Before Kubernetes 1.21.
            (version, budgets) = ("v1beta1", await ListAsync(patient, installation, "v1beta1"));
        }

        if (budgets is not Reading<IReadOnlyList<JsonNode>>.Read read)
        {
            return Unread.Of($"the PodDisruptionBudgets of {installation.Namespace}", budgets);
        }

        var labels = deployment.At("spec", "template", "metadata", "labels");
        var own = read.Value.FirstOrDefault(budget => budget.At("spec", "selector", "matchLabels") is JsonObject { Count: > 0 } selector && selector.All(each => labels.At(each.Key).Text() == each.Value.Text()));
        return own is null
            ? [Diagnosis.Warning(
                "there is no PodDisruptionBudget: draining nodes may take every replica at once",
                new Fix("add the component deploy/components/high-availability to your overlay, or make one:", $"echo {Shell.Quote(PlainJson.Of(Missing(installation, version)))} | kubectl apply -f -"))]
            : [Diagnosis.Ok($"PodDisruptionBudget {own.NameOf()} keeps nodes from being drained all at once")];
    }

    private static JsonObject Missing(Installation installation, string version) => new()
    {
        ["apiVersion"] = $"policy/{version}",
        ["kind"] = "PodDisruptionBudget",
        ["metadata"] = new JsonObject { ["name"] = installation.Name, ["namespace"] = installation.Namespace },
        ["spec"] = new JsonObject
        {
            // Not minAvailable: a Deployment scaled down to it could never be drained from a node.
            ["maxUnavailable"] = 1,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app.kubernetes.io/name"] = "admissionguard" } },
        },
    };

    private static Task<Reading<IReadOnlyList<JsonNode>>> ListAsync(Patient patient, Installation installation, string version) =>
        patient.Reader.ListAsync($"apis/policy/{version}/namespaces/{Uri.EscapeDataString(installation.Namespace)}/poddisruptionbudgets");
}
