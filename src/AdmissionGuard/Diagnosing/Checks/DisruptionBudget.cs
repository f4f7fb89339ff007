using System.Text.Json.Nodes;
using AdmissionGuard.Cluster;

namespace AdmissionGuard.Diagnosing.Checks;

/// <summary>Nobody drains every replica at once.</summary>
internal sealed class DisruptionBudget : ICheck
{
    public string Name => "disruption-budget";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        var installation = await patient.Installation;
        if (installation.Deployment is not { } deployment)
        {
            return [];
        }

        var budgets = await ListAsync(patient, installation, "v1");
        if (budgets is Reading<IReadOnlyList<JsonNode>>.Absent { IsServed: false })
        {
            // Before Kubernetes 1.21.
            budgets = await ListAsync(patient, installation, "v1beta1");
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
                new Fix("add the component deploy/components/high-availability to your overlay, or:", $"kubectl -n {installation.Namespace} create poddisruptionbudget {installation.Name} --selector=app.kubernetes.io/name=admissionguard --max-unavailable=1"))]
            : [Diagnosis.Ok($"PodDisruptionBudget {own.NameOf()} keeps nodes from being drained all at once")];
    }

    private static Task<Reading<IReadOnlyList<JsonNode>>> ListAsync(Patient patient, Installation installation, string version) =>
        patient.Reader.ListAsync($"apis/policy/{version}/namespaces/{Uri.EscapeDataString(installation.Namespace)}/poddisruptionbudgets");
}
