using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The failure of one node does not affect all replicas.</summary>
internal sealed class PodSpreadCheck : IDoctorCheck
{
    public string Name => "spread";

    public string Summary => "The pods are not all on one node.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        // If they can't be read, another check reports it.
        if (await context.Pods is not ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            return [];
        }

        var installation = await context.Installation;
        var nodes = read.Value.Select(pod => pod.At("spec", "nodeName").Text()).OfType<string>().ToList();
        return (nodes, nodes.Distinct(StringComparer.Ordinal).ToList()) switch
        {
            ([_, _, ..], [var only]) => [CheckResult.Warning(
                $"all {nodes.Count} pods are on node {only}",
                new Remediation(
                    "restart them once more nodes are available:",
                    $"kubectl -n {installation.Namespace} rollout restart deployment/{installation.Name}"))],
            ([_, _, ..], var several) => [CheckResult.Ok($"the pods are on {several.Count} nodes")],
            _ => [],
        };
    }
}
