using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>
/// The UIDs of tenants that have none in the files, as in a manifest: the one that the stored namespace knows, else one that is made up.
/// </summary>
/// <param name="stored">The namespace as it is stored; <see langword="null"/> for none.</param>
/// <param name="kind">What a tenant is.</param>
internal sealed class TenantUidResolver(JsonObject? stored, TenantKind kind)
{
    private readonly Tenancy _stored = NamespaceTenancy.Of(stored, kind).Tenancy;

    public string Of(string tenant) =>
        _stored.References.Where(reference => reference.Name == tenant && reference.Uid.Length > 0)
            .Select(static reference => reference.Uid)
            .FirstOrDefault(SyntheticUid.Of(tenant));
}
