using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Tools.Simulation.Clusters;

/// <summary>
/// The UIDs of tenants that have none in the files, as in a manifest: the one that the stored namespace knows, else one that is made up.
/// </summary>
/// <param name="stored">The namespace as it is stored; <see langword="null"/> for none.</param>
/// <param name="kind">What a tenant is.</param>
internal sealed class TenantUidResolver(JsonObject? stored, TenantKind kind)
{
    public string Of(string tenant) =>
        References(stored, kind).FirstOrDefault(reference => reference.Name == tenant && reference.Uid.Length > 0).Uid
            ?? SyntheticUid.Of(tenant);

    /// <summary>The tenants that a namespace's references name, and the UIDs in them.</summary>
    public static IEnumerable<(string Name, string Uid)> References(JsonObject? space, TenantKind kind) =>
        ((space?["metadata"] as JsonObject)?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>()
        .Where(
            reference => TextOf(reference["apiVersion"]).StartsWith(kind.Group + "/", StringComparison.Ordinal)
                && TextOf(reference["kind"]) == kind.Kind)
        .Select(reference => (TextOf(reference["name"]), TextOf(reference["uid"])));

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
