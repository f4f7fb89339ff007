using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Not all replicas can be drained at once.</summary>
internal sealed class DisruptionBudgetCheck : IDoctorCheck
{
    public string Name => "disruption-budget";

    public string Summary => "A PodDisruptionBudget selects the guard's pods.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        var installation = await context.Installation;
        if (installation.Deployment is not { } deployment)
        {
            return [];
        }

        var (version, budgets) = ("v1", await ListAsync(context, installation, "v1"));
        if (budgets is ReadResult<IReadOnlyList<JsonNode>>.NotFound { IsServed: false })
        {
            // Before Kubernetes 1.21.
            (version, budgets) = ("v1beta1", await ListAsync(context, installation, "v1beta1"));
        }

        if (budgets is not ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            return await UnreadableResult.OfAsync(context, $"the PodDisruptionBudgets of {installation.Namespace}", budgets);
        }

        var labels = deployment.At("spec", "template", "metadata", "labels");
        var own = read.Value.FirstOrDefault(
            budget => budget.At("spec", "selector", "matchLabels") is JsonObject { Count: > 0 } selector
                && selector.All(each => labels.At(each.Key).Text() == each.Value.Text()));
        return own is null
            ? [CheckResult.Warning(
                "no PodDisruptionBudget found: draining nodes may evict all replicas at once",
                Restoration.Adding(
                    installation,
                    "high-availability",
                    "highAvailability.enabled=true",
                    // One of this name with another selector is replaced: applying adds labels to a selector, and keeps others.
                    $"echo {ShellQuoting.Quote(PlainJson.Of(Missing(installation, version)))} | kubectl "
                        + (read.Value.Any(budget => budget.NameOf() == installation.Name) ? "replace --force -f -" : "apply -f -")))]
            : [CheckResult.Ok($"PodDisruptionBudget {own.NameOf()} prevents the eviction of all replicas at once")];
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

    private static Task<ReadResult<IReadOnlyList<JsonNode>>> ListAsync(DoctorContext context, Installation installation, string version) =>
        context.Reader.ListAsync($"apis/policy/{version}/namespaces/{Uri.EscapeDataString(installation.Namespace)}/poddisruptionbudgets");
}
