using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Tools.Cluster;
using Listed = AdmissionGuard.Kubernetes.ReadResult<System.Collections.Generic.IReadOnlyList<System.Text.Json.Nodes.JsonNode>>;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>Checks the contents of a namespace for a tenant. Contents that can't be read are reported as unknown.</summary>
/// <param name="reader">Reads the cluster.</param>
/// <param name="ns">The namespace.</param>
/// <param name="tenant">The Tenant it would go to.</param>
internal sealed class NamespaceContents(ClusterReader reader, JsonObject ns, JsonObject tenant)
{
    private const string IngressAnnotation = "kubernetes.io/ingress.class";

    private readonly string _whose = $"tenant \"{tenant.NameOf()}\"";
    private readonly string _place = $"namespaces/{ns.NameOf()}";

    public async Task<ImmutableArray<CompatibilityResult>> CompareAsync()
    {
        var (pods, claims, ingresses) = (
            reader.ListAsync($"api/v1/{_place}/pods"),
            reader.ListAsync($"api/v1/{_place}/persistentvolumeclaims"),
            reader.ListAsync($"apis/networking.k8s.io/v1/{_place}/ingresses"));
        return
        [
            .. await QuotasAsync(await pods, await claims),
            .. Classes("storage classes", "persistentvolumeclaims", await claims, tenant.At("spec", "storageClasses"), StorageClass),
            .. Classes(
                "ingress classes", "ingresses", await ingresses, tenant.At("spec", "ingressOptions", "allowedClasses"), IngressClass),
            NodeSelector.Compare(ns, tenant),
        ];
    }

    private async Task<IReadOnlyList<CompatibilityResult>> QuotasAsync(Listed pods, Listed claims)
    {
        try
        {
            return (pods, claims) switch
            {
                (Listed.Found readPods, Listed.Found readClaims) =>
                    await new QuotaCheck(reader, tenant, ns.NameOf()).CompareAsync(new ResourceUsage(readPods.Value, readClaims.Value)),
                (Listed.Found, _) => [Unreadable("quota", "persistentvolumeclaims", claims)],
                _ => [Unreadable("quota", "pods", pods)],
            };
        }
        catch (FormatException)
        {
            return [new CompatibilityResult("quota", Compatibility.Unknown, "a quantity of a pod, a claim or a quota is invalid")];
        }
    }

    private IEnumerable<CompatibilityResult> Classes(
        string subject, string what, Listed used, JsonNode? allowed, Func<JsonNode, string?> classOf) => used is Listed.Found read
        ? new AllowedClasses(allowed).Compare(
            subject, read.Value.Select(each => (Class: classOf(each)!, By: each.NameOf())).Where(use => use.Class is not null), _whose)
        : [Unreadable(subject, what, used)];

    private static CompatibilityResult Unreadable(string subject, string what, Listed reading) =>
        new(
            subject,
            Compatibility.Unknown,
            $"{what} could not be read ({(reading is Listed.Failed failed ? ApiFailureText.ForReader(failed.Failure) : "not served")})");

    private static string? StorageClass(JsonNode claim) =>
        claim.At("spec", "storageClassName").Text() is { Length: > 0 } name ? name : null;

    private static string? IngressClass(JsonNode ingress) =>
        ingress.At("spec", "ingressClassName").Text() ?? ingress.At("metadata", "annotations", IngressAnnotation).Text();
}
