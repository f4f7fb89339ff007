using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Checks;

/// <summary>Enough replicas are ready, all with the same image.</summary>
internal sealed class ReplicasCheck : IDoctorCheck
{
    private const int Fewest = 2;
    private const int MaxReason = 200;

    public string Name => "replicas";

    public string Summary => "At least two replicas are ready, and all run the same image.";

    public async Task<IReadOnlyList<CheckResult>> RunAsync(DoctorContext context)
    {
        if (await context.Deployments is not ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            return await UnreadableResult.OfAsync(context, $"the Deployments of {context.Options.Namespace}", await context.Deployments);
        }

        var installation = await context.Installation;
        if (installation.Deployment is not { } deployment)
        {
            return [CheckResult.Failed(
                $"no Deployment with label app.kubernetes.io/name=admissionguard found in namespace {installation.Namespace}",
                new Remediation(
                    "if the guard runs in another namespace, use --namespace; otherwise install it, see deploy/docs/installing.md"))];
        }

        var found = OfCount(installation, deployment, read.Value.Count);
        if (found.Health is not CheckStatus.Ok && await CauseAsync(context) is { } cause)
        {
            found = found with { Message = $"{found.Message} ({cause})" };
        }

        return [found, .. await OfImagesAsync(context, installation)];
    }

    /// <summary>What the first pod that is not ready waits for, in the words of Kubernetes.</summary>
    /// <returns><see langword="null"/> if no pod says it.</returns>
    private static async Task<string?> CauseAsync(DoctorContext context) =>
        await context.Pods is ReadResult<IReadOnlyList<JsonNode>>.Found { Value: var pods }
            ? pods.SelectMany(pod => Reasons(pod).Select(reason => $"pod {pod.NameOf()}: {reason}"))
                .Select(reason => Core.MessageText.Cut(reason.ReplaceLineEndings(" "), MaxReason))
                .FirstOrDefault()
            : null;

    private static IEnumerable<string> Reasons(JsonNode pod)
    {
        var waiting = pod.At("status", "containerStatuses").Items().Select(each => each.At("state", "waiting")).OfType<JsonObject>();
        var unscheduled = pod.At("status", "conditions").Items()
            .Where(each => each.At("type").Text() == "PodScheduled" && each.At("status").Text() == "False");
        return waiting.Concat<JsonNode>(unscheduled).Select(each =>
            string.Join(": ", new[] { each.At("reason").Text(), each.At("message").Text() }.Where(part => part is { Length: > 0 })))
            .Where(reason => reason.Length > 0);
    }

    private static CheckResult OfCount(Installation installation, JsonNode deployment, int deployments)
    {
        var (wanted, ready) = (Number(deployment.At("spec", "replicas")) ?? 1, Number(deployment.At("status", "readyReplicas")) ?? 0);
        var words = string.Create(CultureInfo.InvariantCulture, $"{ready} of {wanted} replicas of {installation.Name} are ready");
        return deployments > 1 ? CheckResult.Warning(
            $"{words}; there are {deployments} Deployments of the guard",
            new Remediation(
                "keep only one of them:", $"kubectl -n {installation.Namespace} get deployments -l app.kubernetes.io/name=admissionguard"))
            : wanted == 0 ? CheckResult.Failed(
                $"{installation.Name} is scaled to 0 replicas: the API server gets no response", Scale(installation))
            : ready == 0 ? CheckResult.Failed($"{words}: the API server gets no response", FindCause(installation))
            : ready < wanted ? CheckResult.Warning(words, FindCause(installation))
            : Number(deployment.At("status", "updatedReplicas")) is { } updated && updated < wanted ? CheckResult.Warning(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the rollout of {installation.Name} is not complete: {updated} of {wanted} replicas are new"),
                FindCause(installation))
            : Number(deployment.At("status", "unavailableReplicas")) > 0 ? CheckResult.Warning(
                $"the rollout of {installation.Name} is not complete: not all of its pods are available", FindCause(installation))
            : wanted < Fewest ? CheckResult.Warning(
                $"{words}: during a restart, the API server gets no response",
                Scale(installation))
            : CheckResult.Ok(words);
    }

    /// <summary>Where to look if pods are not ready.</summary>
    public static Remediation FindCause(Installation installation) => new(
        "find the cause:",
        $"kubectl -n {installation.Namespace} describe pods -l app.kubernetes.io/name=admissionguard",
        $"kubectl -n {installation.Namespace} logs deployment/{installation.Name} --tail=20");

    private static Remediation Scale(Installation installation) =>
        new("", $"kubectl -n {installation.Namespace} scale deployment {installation.Name} --replicas={Fewest}");

    private static async Task<IReadOnlyList<CheckResult>> OfImagesAsync(DoctorContext context, Installation installation)
    {
        if (await context.Pods is not ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            return await UnreadableResult.OfAsync(context, $"the pods of {installation.Namespace}", await context.Pods);
        }

        var images = read.Value.Where(pod => pod.At("status", "phase").Text() is not ("Succeeded" or "Failed"))
            .SelectMany(pod => pod.At("spec", "containers").Items()).Select(container => container.At("image").Text() ?? "").Distinct(
                StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return images switch
        {
            [] => [],
            [var only] => [CheckResult.Ok($"all have the image {only}")],
            _ => [CheckResult.Warning(
                $"they run different images: {string.Join(", ", images)}",
                new Remediation(
                    "wait for the rollout; if it does not complete, find the cause:",
                    $"kubectl -n {installation.Namespace} rollout status deployment/{installation.Name} --timeout=2m"))],
        };
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
