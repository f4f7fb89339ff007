using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>The API server answers, and is new enough.</summary>
internal sealed class ApiServerCheck : IDoctorCheck
{
    private const int OldestMinor = 20;

    public string Name => "api-server";

    public string Summary => "The API server is reachable, and its version is Kubernetes 1.20 or newer.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.Version is not ReadResult<JsonObject>.Found { Value: var version })
        {
            return await UnreadableResult.OfAsync(context, "the API server's version", await context.Version);
        }

        var shown = $"Kubernetes {KubernetesVersion.Shown(version)}";
        return KubernetesVersion.MinorOf(version) is >= OldestMinor
            ? [CheckResult.Ok(shown)]
            : [
                CheckResult.Failed(
                    $"{shown} is not supported", new Remediation($"upgrade the control plane to Kubernetes 1.{OldestMinor} or newer")),
            ];
    }
}
