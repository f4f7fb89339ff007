using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Drift;

/// <summary>The command that repairs a namespace's label and ownerReference; the guard decides on it like on any other request.</summary>
/// <param name="kind">What a tenant is.</param>
/// <param name="uids">The UIDs of the existing tenants, by name.</param>
internal sealed class RepairCommand(TenantKind kind, IReadOnlyDictionary<string, string> uids)
{
    public string CommandFor(NamespaceTenancy tenancy)
    {
        var (label, references) = (tenancy.Tenancy.LabelledTenant, tenancy.Tenancy.References);
        return tenancy.StateOf(uids) switch
        {
            ResolvedTenancyState.StaleUid => Keep(tenancy, Best(references, label)),
            ResolvedTenancyState.UnknownTenant => ReleaseOf(tenancy),
            ResolvedTenancyState.OwnerOnly => Label(tenancy, references[0].Name),
            ResolvedTenancyState.LabelOnly when label is not null && uids.TryGetValue(label, out var uid) =>
                Patch(tenancy, [Adding(tenancy, label, uid)]),
            ResolvedTenancyState.LabelOnly => Label(tenancy, null),
            _ => KeepOrLabel(tenancy, Best(references, label)),
        };
    }

    /// <summary>The command that releases a namespace from its tenant; the guard decides on it too.</summary>
    public string ReleaseOf(NamespaceTenancy tenancy) => tenancy.Tenancy.LabelledTenant is not null
        ? Label(tenancy, null)
        : Patch(tenancy, [.. FromTheLast(tenancy.Tenancy.References).Select(Remove)]);

    private string KeepOrLabel(NamespaceTenancy tenancy, TenantReference best) =>
        best.Name == tenancy.Tenancy.LabelledTenant ? Keep(tenancy, best) : Label(tenancy, best.Name);

    /// <summary>
    /// The reference to keep: to an existing tenant; of those to the label's, then one with the live UID, then the first.
    /// </summary>
    private TenantReference Best(IEnumerable<TenantReference> references, string? label) => references
        .Where(each => uids.ContainsKey(each.Name))
        .OrderByDescending(each => each.Name == label)
        .ThenByDescending(each => uids[each.Name] == each.Uid)
        .First();

    // Each removal shifts the positions of the following items.
    private static IEnumerable<TenantReference> FromTheLast(IEnumerable<TenantReference> references) =>
        references.OrderByDescending(each => each.Index);

    private string Label(NamespaceTenancy tenancy, string? tenant) =>
        $"kubectl label namespace {tenancy.Namespace} "
            + $"{(tenant is null ? $"{kind.LabelKey}-" : $"{kind.LabelKey}={ShellQuoting.Quote(tenant)} --overwrite")}";

    /// <summary>One reference stays, with the live UID, and the others go; the guard sets the matching label.</summary>
    private string Keep(NamespaceTenancy tenancy, TenantReference kept)
    {
        var (path, uid) = ($"/metadata/ownerReferences/{kept.Index}/uid", uids[kept.Name]);
        IEnumerable<JsonObject> written = kept.Uid == uid ? [] :
        [
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = kept.Uid },
            new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = uid },
        ];
        return Patch(
            tenancy, [.. written, .. FromTheLast(tenancy.Tenancy.References.Where(each => each.Index != kept.Index)).Select(Remove)]);
    }

    private static string Patch(NamespaceTenancy tenancy, IReadOnlyList<JsonObject> operations) =>
        $"kubectl patch namespace {tenancy.Namespace} --type=json -p {ShellQuoting.Quote(PlainJson.Of(new JsonArray([.. operations])))}";

    private static JsonObject Remove(TenantReference reference) =>
        new() { ["op"] = "remove", ["path"] = $"/metadata/ownerReferences/{reference.Index}" };

    private JsonObject Adding(NamespaceTenancy tenancy, string tenant, string uid)
    {
        var reference = new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["name"] = tenant, ["uid"] = uid };
        return tenancy.HasOwners
            ? new JsonObject { ["op"] = "add", ["path"] = "/metadata/ownerReferences/-", ["value"] = reference }
            : new JsonObject { ["op"] = "add", ["path"] = "/metadata/ownerReferences", ["value"] = new JsonArray(reference) };
    }
}
