using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>Compares the usage of a namespace with its new tenant's <c>spec.resourceQuotas</c>.</summary>
/// <param name="reader">Reads the cluster.</param>
/// <param name="tenant">The Tenant.</param>
/// <param name="name">The namespace.</param>
internal sealed class QuotaCheck(ClusterReader reader, JsonObject tenant, string name)
{
    private const string Subject = "quota";

    /// <summary>One finding for each quota that is too small, or one that says that all fit.</summary>
    public async Task<IReadOnlyList<CompatibilityResult>> CompareAsync(ResourceUsage usage)
    {
        var quotas = tenant.At("spec", "resourceQuotas");
        var isShared = quotas.At("scope").Text() is not "Namespace";
        var (found, notCounted) = (new List<CompatibilityResult>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (item, index) in quotas.At("items").Items().Select((item, index) => (item, index)))
        {
            var others = isShared ? await OthersAsync(index) : [];
            if (others is null)
            {
                found.Add(
                    new CompatibilityResult(
                        Subject,
                        Compatibility.Unknown,
                        "the quota applies to the whole tenant, and the usage of its other namespaces could not be read"));
            }

            foreach (var (resource, hard) in item.At("hard").Fields())
            {
                if (usage.Of(resource) is not { } used)
                {
                    notCounted.Add(resource);
                }
                else if (used + (others?.GetValueOrDefault(resource) ?? 0) > ResourceUsage.Quantity(hard))
                {
                    found.Add(
                        new CompatibilityResult(
                            Subject,
                            Compatibility.Unfit,
                            MessageFor(resource, hard, used, others?.GetValueOrDefault(resource) ?? 0, item)));
                }
            }
        }

        if (notCounted.Count > 0)
        {
            found.Add(new CompatibilityResult(Subject, Compatibility.Unknown, $"not counted here: {string.Join(", ", notCounted)}"));
        }

        return found is []
            ? [
                new CompatibilityResult(
                    Subject,
                    Compatibility.Fits,
                    quotas.At("items").Items().Any() ? "there is room" : $"tenant \"{tenant.NameOf()}\" has none"),
            ]
            : found;
    }

    private string MessageFor(string resource, string hard, decimal used, decimal others, JsonNode item)
    {
        var scoped = item.At("scopes").Items().Any() || item.At("scopeSelector") is JsonObject ? " (scopes of the quota are ignored)" : "";
        var beside = others > 0 ? $" in addition to {ResourceUsage.Show(resource, others)} that the tenant already uses" : "";
        return $"{resource}: {name} uses {ResourceUsage.Show(resource, used)}{beside}, tenant \"{tenant.NameOf()}\" has {hard}{scoped}";
    }

    /// <summary>
    /// What the tenant's other namespaces use, as Capsule's own ResourceQuotas there say; <see langword="null"/> if they can't be read.
    /// </summary>
    private async Task<Dictionary<string, decimal>?> OthersAsync(int index)
    {
        var quota = string.Create(CultureInfo.InvariantCulture, $"capsule-{tenant.NameOf()}-{index}");
        if (await reader.ListAsync(
            "api/v1/resourcequotas",
            $"fieldSelector={Uri.EscapeDataString($"metadata.name={quota}")}") is not ReadResult<IReadOnlyList<JsonNode>>.Found read)
        {
            return null;
        }

        var used = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (resource, amount) in read.Value.Where(each => each.At("metadata", "namespace").Text() != name)
            .SelectMany(each => each.At("status", "used").Fields()))
        {
            used[resource] = used.GetValueOrDefault(resource) + ResourceUsage.Quantity(amount);
        }

        return used;
    }
}
