using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server answers, and is new enough.</summary>
internal sealed class ApiServer : ICheck
{
    private const int OldestMinor = 20;

    public string Name => "api-server";

    public string Summary => "The API server answers, and is Kubernetes 1.20 or newer.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.Version is not Reading<JsonObject>.Read { Value: var version })
        {
            return Unread.Of("the API server's version", await patient.Version);
        }

        var shown = $"Kubernetes {KubernetesVersion.Shown(version)}";
        return KubernetesVersion.MinorOf(version) is >= OldestMinor
            ? [Diagnosis.Ok(shown)]
            : [Diagnosis.Failed($"{shown} is not supported", new Fix($"upgrade the control plane to Kubernetes 1.{OldestMinor} or newer"))];
    }
}
