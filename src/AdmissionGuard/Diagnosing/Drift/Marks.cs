using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.Cluster;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Diagnosing.Drift;

/// <summary>What a namespace of the cluster says of its tenant.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Tenancy">Its two marks.</param>
/// <param name="HasOwners">Whether it has ownerReferences, of whatever kind.</param>
internal sealed record Marks(string Namespace, Tenancy Tenancy, bool HasOwners)
{
    public static Marks Of(JsonNode ns, TenantKind kind)
    {
        var owners = ns.At("metadata", "ownerReferences").Items().ToList();
        var references = owners.Index()
            .Where(each => each.Item.At("kind").Text() == kind.Kind && (each.Item.At("apiVersion").Text() ?? "").StartsWith($"{kind.Group}/", StringComparison.Ordinal))
            .Select(each => new TenantReference(each.Index, each.Item.At("apiVersion").Text() ?? "", each.Item.At("name").Text() ?? "", each.Item.At("uid").Text() ?? ""))
            .ToImmutableArray();
        return new Marks(ns.NameOf(), new Tenancy(ns.At("metadata", "labels", kind.LabelKey).Text(), references), owners is not []);
    }

    /// <summary>How they are beside the tenants that live.</summary>
    /// <param name="uids">The UIDs of the living, by their names.</param>
    public Drifted StateOf(IReadOnlyDictionary<string, string> uids) => Tenancy.State switch
    {
        TenancyState.None => Drifted.None,
        TenancyState.Conflicting => Drifted.Conflicting,
        TenancyState.LabelOnly => Drifted.LabelOnly,
        _ when !uids.ContainsKey(Tenancy.References[0].Name) => Drifted.UnknownTenant,
        _ when Tenancy.References[0].Uid != uids[Tenancy.References[0].Name] => Drifted.StaleUid,
        TenancyState.OwnerOnly => Drifted.OwnerOnly,
        _ => Drifted.Consistent,
    };
}

/// <summary>How a namespace's marks are beside the tenants that live, the worst first.</summary>
internal enum Drifted
{
    /// <summary>The reference's UID is not the live one: the garbage collector deletes the namespace.</summary>
    StaleUid,

    /// <summary>The reference names a tenant that does not exist: the same.</summary>
    UnknownTenant,

    Conflicting,

    OwnerOnly,

    LabelOnly,

    Consistent,

    None,
}
