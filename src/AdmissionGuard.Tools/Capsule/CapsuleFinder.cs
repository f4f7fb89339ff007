using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Capsule;

/// <summary>Finds out which Capsule is installed: by the image that serves its webhooks, or else by their names.</summary>
/// <param name="reader">Reads the cluster.</param>
internal sealed partial class CapsuleFinder(ClusterReader reader)
{
    /// <summary>Tells the version from the webhooks that are registered.</summary>
    /// <param name="webhooks">Every webhook of the cluster.</param>
    /// <returns><see langword="null"/> where Capsule is not installed.</returns>
    public async Task<CapsuleVersion?> FindAsync(IReadOnlyList<JsonNode> webhooks)
    {
        var ofCapsule = webhooks.Where(webhook => ByName(webhook.At("name").Text()) is not null).ToList();
        if (ofCapsule is [])
        {
            return null;
        }

        var controller = await ControllerAsync(ofCapsule);
        var version = controller is null ? null : Images(controller).Select(ByImage).FirstOrDefault(found => found is not null);
        return (version ?? ByNames(ofCapsule)) with { Account = AccountOf(controller) };
    }

    private static CapsuleVersion ByNames(List<JsonNode> webhooks)
    {
        // A typo of 0.13.0 to 0.13.5.
        var isEarly = webhooks.Any(
            webhook => webhook.At("rules")
                .Items()
                .Any(rule => rule.At("resources").Texts().Contains("namespace/finalize", StringComparer.Ordinal)));
        return isEarly
            ? new CapsuleVersion("Capsule 0.13.0 to 0.13.5", CapsuleBehavior.Closed)
            : webhooks.Select(webhook => ByName(webhook.At("name").Text())).OfType<CapsuleVersion>().MaxBy(found => found.Possible[^1])!;
    }

    private static CapsuleVersion? ByName(string? name) => name switch
    {
        "namespaces.mutating.projectcapsule.dev" or "namespaces.validating.projectcapsule.dev" =>
            new CapsuleVersion(
                "Capsule 0.13.2 or newer (which one could not be read)", CapsuleBehavior.Closed, CapsuleBehavior.AdministratorsOnly),
        "namespaces.tenants.projectcapsule.dev" =>
            new CapsuleVersion(
                "Capsule 0.10.7 to 0.13.1 (which one could not be read)",
                CapsuleBehavior.UsersOnly,
                CapsuleBehavior.Undoing,
                CapsuleBehavior.Closed),
        "namespace-patching.tenants.projectcapsule.dev" => new CapsuleVersion("Capsule 0.9 to 0.10.6", CapsuleBehavior.UsersOnly),
        "owner.namespace.projectcapsule.dev" => new CapsuleVersion("Capsule 0.8 or older", CapsuleBehavior.UsersOnly),
        _ => null,
    };

    /// <summary>The Deployment of Capsule's controller, in the namespace of the Service that its webhooks name.</summary>
    private async Task<JsonNode?> ControllerAsync(List<JsonNode> webhooks)
    {
        foreach (var place in webhooks.Select(webhook => webhook.At("clientConfig", "service", "namespace").Text())
            .OfType<string>()
            .Distinct(StringComparer.Ordinal))
        {
            var listed = await reader.ListAsync($"apis/apps/v1/namespaces/{Uri.EscapeDataString(place)}/deployments");
            if (listed is ReadResult<IReadOnlyList<JsonNode>>.Found deployments
                && deployments.Value.FirstOrDefault(IsController) is { } controller)
            {
                return controller;
            }
        }

        return null;
    }

    // The chart's label identifies an image with another name.
    private static bool IsController(JsonNode deployment) =>
        Images(deployment).Any(image => Image().IsMatch(image))
        || deployment.At("metadata", "labels", "app.kubernetes.io/name").Text() == "capsule";

    private static string AccountOf(JsonNode? controller) => controller.At("metadata", "namespace").Text() is { } place
        ? $"system:serviceaccount:{place}:{controller.At("spec", "template", "spec", "serviceAccountName").Text() ?? "default"}"
        : "";

    private static IEnumerable<string> Images(JsonNode deployment) =>
        deployment.At("spec", "template", "spec", "containers").Items().Select(container => container.At("image").Text()).OfType<string>();

    private static CapsuleVersion? ByImage(string image) =>
        Image().Match(image) is { Success: true } match && Version.TryParse(match.Groups["version"].Value, out var version)
        ? new CapsuleVersion($"Capsule {version}", CapsuleVersion.BehaviorOf(version))
        : null;

    [GeneratedRegex(
        @"(^|/)capsule(:v?(?<version>\d+\.\d+\.\d+)|[:@]|$)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Image();
}
