using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing.Drift;

/// <summary>The tenancy of a namespace in the cluster.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Tenancy">Its label and ownerReference.</param>
/// <param name="HasOwners">Whether it has ownerReferences, of whatever kind.</param>
internal sealed record NamespaceTenancy(string Namespace, Tenancy Tenancy, bool HasOwners)
{
    public static NamespaceTenancy Of(JsonNode ns, TenantKind kind)
    {
        var owners = ns.At("metadata", "ownerReferences").Items().ToList();
        var references = owners.Index()
            .Where(
                each => each.Item.At("kind").Text() == kind.Kind
                    && (each.Item.At("apiVersion").Text() ?? "").StartsWith($"{kind.Group}/", StringComparison.Ordinal))
            .Select(
                each => new TenantReference(
                    each.Index,
                    each.Item.At("apiVersion").Text() ?? "",
                    each.Item.At("name").Text() ?? "",
                    each.Item.At("uid").Text() ?? ""))
            .ToImmutableArray();
        return new NamespaceTenancy(
            ns.NameOf(), new Tenancy(ns.At("metadata", "labels", kind.LabelKey).Text(), references), owners is not []);
    }

    /// <summary>Their state, compared with the existing tenants.</summary>
    /// <param name="uids">The UIDs of the existing tenants, by name.</param>
    public ResolvedTenancyState StateOf(IReadOnlyDictionary<string, string> uids) => Tenancy.Resolve(uids.GetValueOrDefault);
}
