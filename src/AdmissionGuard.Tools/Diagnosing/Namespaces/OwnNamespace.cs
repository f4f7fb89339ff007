using System.Text.Json.Nodes;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Installed;

namespace AdmissionGuard.Tools.Diagnosing.Namespaces;

/// <summary>
/// Whether the guard knows the namespace that it runs in: from <c>--namespace</c>, or else from the volume of its service
/// account. Without either it takes the default name for its own.
/// </summary>
internal static class OwnNamespace
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    private static readonly string Default = new GuardOptions().OwnNamespace;

    /// <summary>Looks at the arguments of the Deployment and at the volumes of the pods that run.</summary>
    /// <param name="installation">The guard's installation.</param>
    /// <param name="pods">Its pods, as the API server stores them: it has added the service account's volume.</param>
    /// <returns>Nothing if there is no Deployment or no pod to look at; another check reports it.</returns>
    public static IEnumerable<CheckResult> Check(Installation installation, IReadOnlyList<JsonNode> pods)
    {
        var own = installation.Namespace;
        var running = pods.Where(pod => pod.At("status", "phase").Text() is not ("Succeeded" or "Failed")).ToList();
        if (installation.Deployment is null || running is [])
        {
            return [];
        }

        if (installation.OwnNamespace is { } told)
        {
            return [told == own ? Known(own) : CheckResult.Failed(
                $"the guard runs in {own} but is started with --namespace {told}: "
                + $"it protects {told} as its own, and {own} is not protected",
                new Remediation("remove --namespace from its arguments:", Edit(installation)))];
        }

        var blind = running.Count(pod => own != Default && !HasName(pod.At("spec")));
        return [blind == 0 ? Known(own) : CheckResult.Failed(
            $"{blind} of {running.Count} pods don't know that they run in {own}, because no service account volume is mounted: "
            + $"they protect {Default} as their own, and {own} is not protected",
            new Remediation(
                $"set automountServiceAccountToken: true in the pod template, or add the argument --namespace={own}:",
                Edit(installation)))];
    }

    private static CheckResult Known(string own) => CheckResult.Ok($"the guard protects {own} as its own");

    private static string Edit(Installation installation) => $"kubectl -n {installation.Namespace} edit deployment {installation.Name}";

    private static bool HasName(JsonNode? pod)
    {
        var volumes = pod.At("volumes").Items().ToLookup(volume => volume.At("name").Text() ?? "", StringComparer.Ordinal);
        return Installation.GuardOf(pod).At("volumeMounts").Items()
            .Where(mount => mount.At("mountPath").Text()?.TrimEnd('/') == Folder)
            .SelectMany(mount => volumes[mount.At("name").Text() ?? ""])
            .Any(IsNaming);
    }

    // Before Kubernetes 1.21 it is the account's Secret, which has the name too.
    private static bool IsNaming(JsonNode volume) => volume.At("secret") is not null
        || volume.At("projected", "sources").Items().SelectMany(source => source.At("downwardAPI", "items").Items())
            .Any(item => item.At("path").Text() == "namespace" && item.At("fieldRef", "fieldPath").Text() == "metadata.namespace");
}
