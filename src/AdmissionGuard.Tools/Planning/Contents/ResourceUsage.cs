using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Cluster;
using k8s.Models;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>What a namespace asks of its quota, by the names that a ResourceQuota has for it.</summary>
/// <remarks>Source: Kubernetes, "Resource Quotas", and the kubelet's rule for init containers.</remarks>
internal sealed class ResourceUsage
{
    private static readonly string[] OfPods = ["cpu", "memory", "ephemeral-storage"];

    private readonly Dictionary<string, decimal> _used = new(StringComparer.Ordinal);

    public ResourceUsage(IEnumerable<JsonNode> pods, IEnumerable<JsonNode> claims)
    {
        foreach (var pod in pods)
        {
            // A count of objects counts whatever is stored; all else, what is not over yet.
            Add("count/pods", 1);
            if (pod.At("status", "phase").Text() is "Succeeded" or "Failed")
            {
                continue;
            }

            var spec = pod.At("spec");
            Add("pods", 1);
            foreach (var resource in OfPods)
            {
                var requests = Effective(spec, "requests", resource);
                Add(resource, requests);
                Add($"requests.{resource}", requests);
                Add($"limits.{resource}", Effective(spec, "limits", resource));
            }
        }

        foreach (var claim in claims)
        {
            var storage = Quantity(claim.At("spec", "resources", "requests", "storage"));
            Add("persistentvolumeclaims", 1);
            Add("count/persistentvolumeclaims", 1);
            Add("requests.storage", storage);
            if (claim.At("spec", "storageClassName").Text() is { } name)
            {
                Add($"{name}.storageclass.storage.k8s.io/requests.storage", storage);
                Add($"{name}.storageclass.storage.k8s.io/persistentvolumeclaims", 1);
            }
        }
    }

    /// <summary>How much is used of something; <see langword="null"/> if that is not counted here.</summary>
    public decimal? Of(string resource) => _used.TryGetValue(resource, out var used) ? used : IsCounted(resource) ? 0 : null;

    /// <summary>A quantity in its base unit: cores, bytes, or a count.</summary>
    /// <exception cref="FormatException">It is invalid.</exception>
    public static decimal Quantity(JsonNode? node) => node is JsonValue value ? QuantityText.Read(value.ToString()) : 0;

    /// <summary>As people write it.</summary>
    public static string Show(string resource, decimal amount)
    {
        var format = resource.Contains("memory", StringComparison.Ordinal) || resource.Contains("storage", StringComparison.Ordinal)
            ? ResourceQuantity.SuffixFormat.BinarySI
            : ResourceQuantity.SuffixFormat.DecimalSI;
        return new ResourceQuantity(amount, 0, format).ToString();
    }

    private static bool IsCounted(string resource) =>
        resource is "pods" or "count/pods" or "persistentvolumeclaims" or "count/persistentvolumeclaims" or "requests.storage"
        || resource.Contains(".storageclass.storage.k8s.io/", StringComparison.Ordinal)
        || OfPods.Any(each => resource == each || resource == $"requests.{each}" || resource == $"limits.{each}");

    /// <summary>
    /// All containers together, or the largest init container if that is more; those that stay running count with the others.
    /// </summary>
    private static decimal Effective(JsonNode? spec, string what, string resource)
    {
        var stays = spec.At("containers").Items().Sum(Asked);
        decimal most = 0;
        foreach (var container in spec.At("initContainers").Items())
        {
            var asked = Asked(container);
            stays += container.At("restartPolicy").Text() is "Always" ? asked : 0;
            most = Math.Max(most, container.At("restartPolicy").Text() is "Always" ? stays : asked);
        }

        return Math.Max(stays, most) + Quantity(spec.At("overhead", resource));

        decimal Asked(JsonNode container) => Quantity(container.At("resources", what, resource));
    }

    private void Add(string resource, decimal amount) => _used[resource] = _used.GetValueOrDefault(resource) + amount;
}
