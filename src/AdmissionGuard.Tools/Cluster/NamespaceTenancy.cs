using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>The tenancy of a namespace in the cluster, or in a file.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Tenancy">Its label and ownerReference.</param>
/// <param name="HasOwners">Whether it has ownerReferences, of whatever kind.</param>
internal sealed record NamespaceTenancy(string Namespace, Tenancy Tenancy, bool HasOwners)
{
    public static NamespaceTenancy Of(JsonNode? ns, TenantKind kind)
    {
        var owners = ns.At("metadata", "ownerReferences").Items().ToList();
        var references = kind.ReferencesIn(owners.Select(
            static owner => new OwnerReference(
                owner.At("apiVersion").Text() ?? "",
                owner.At("kind").Text() ?? "",
                owner.At("name").Text() ?? "",
                owner.At("uid").Text() ?? "")));
        return new NamespaceTenancy(
            ns.NameOf(), new Tenancy(ns.At("metadata", "labels", kind.LabelKey).Text(), references), owners is not []);
    }

    /// <summary>Their state, compared with the existing tenants.</summary>
    /// <param name="uids">The UIDs of the existing tenants, by name.</param>
    public ResolvedTenancyState StateOf(IReadOnlyDictionary<string, string> uids) => Tenancy.Resolve(uids.GetValueOrDefault);
}
