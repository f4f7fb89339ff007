using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Enough replicas answer, all of one version.</summary>
internal sealed class Replicas : ICheck
{
    private const int Fewest = 2;

    public string Name => "replicas";

    public string Summary => "Two replicas or more are ready, all of them of one image.";

    public async Task<IReadOnlyList<Diagnosis>> RunAsync(Patient patient)
    {
        if (await patient.Deployments is not Reading<IReadOnlyList<JsonNode>>.Read read)
        {
            return Unread.Of($"the Deployments of {patient.Options.Namespace}", await patient.Deployments);
        }

        var installation = await patient.Installation;
        if (installation.Deployment is not { } deployment)
        {
            return [Diagnosis.Failed(
                $"there is no Deployment labelled app.kubernetes.io/name=admissionguard in namespace {installation.Namespace}",
                new Fix("if the guard runs elsewhere, ask again with --namespace; else install it, as deploy/docs/installing.md says"))];
        }

        return [OfCount(installation, deployment, read.Value.Count), .. await OfImagesAsync(patient, installation)];
    }

    private static Diagnosis OfCount(Installation installation, JsonNode deployment, int deployments)
    {
        var (wanted, ready) = (Number(deployment.At("spec", "replicas")) ?? 1, Number(deployment.At("status", "readyReplicas")) ?? 0);
        var words = string.Create(CultureInfo.InvariantCulture, $"{ready} of {wanted} replicas of {installation.Name} are ready");
        var look = new Fix(
            "look at what keeps the others from it:",
            $"kubectl -n {installation.Namespace} describe deployment {installation.Name}",
            $"kubectl -n {installation.Namespace} logs deployment/{installation.Name}");
        return deployments > 1 ? Diagnosis.Warning($"{words}; there are {deployments} Deployments of the guard", new Fix("keep one of them:", $"kubectl -n {installation.Namespace} get deployments -l app.kubernetes.io/name=admissionguard"))
            : ready == 0 ? Diagnosis.Failed($"{words}: nobody answers the API server", look)
            : ready < wanted ? Diagnosis.Warning(words, look)
            : wanted < Fewest ? Diagnosis.Warning($"{words}: while it restarts, nobody answers the API server", new Fix("", $"kubectl -n {installation.Namespace} scale deployment {installation.Name} --replicas={Fewest}"))
            : Diagnosis.Ok(words);
    }

    private static async Task<IReadOnlyList<Diagnosis>> OfImagesAsync(Patient patient, Installation installation)
    {
        if (await patient.Pods is not Reading<IReadOnlyList<JsonNode>>.Read read)
        {
            return Unread.Of($"the pods of {installation.Namespace}", await patient.Pods);
        }

        var images = read.Value.Where(pod => pod.At("status", "phase").Text() is not ("Succeeded" or "Failed"))
            .SelectMany(pod => pod.At("spec", "containers").Items()).Select(container => container.At("image").Text() ?? "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return images switch
        {
            [] => [],
            [var only] => [Diagnosis.Ok($"all run {only}")],
            _ => [Diagnosis.Warning(
                $"they run different images: {string.Join(", ", images)}",
                new Fix("wait for the rollout, and if it does not end, look at why:", $"kubectl -n {installation.Namespace} rollout status deployment/{installation.Name} --timeout=2m"))],
        };
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
