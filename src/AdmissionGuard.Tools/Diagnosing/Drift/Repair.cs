using System.Text.Json.Nodes;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Cluster;
using AdmissionGuard.Tools.Diagnosing.Webhooks;

namespace AdmissionGuard.Tools.Diagnosing.Drift;

/// <summary>The command that makes a namespace's marks whole again; the guard decides about it, as about any other.</summary>
/// <param name="kind">What a tenant is.</param>
/// <param name="uids">The UIDs of the living, by their names.</param>
internal sealed class Repair(TenantKind kind, IReadOnlyDictionary<string, string> uids)
{
    public string CommandFor(Marks marks)
    {
        var (label, references) = (marks.Tenancy.LabelledTenant, marks.Tenancy.References);
        return marks.StateOf(uids) switch
        {
            LiveState.StaleUid => Keep(marks, Best(references, label)),
            LiveState.UnknownTenant => ReleaseOf(marks),
            LiveState.OwnerOnly => Label(marks, references[0].Name),
            LiveState.LabelOnly when label is not null && uids.TryGetValue(label, out var uid) => Patch(marks, [Adding(marks, label, uid)]),
            LiveState.LabelOnly => Label(marks, null),
            _ => KeepOrLabel(marks, Best(references, label)),
        };
    }

    /// <summary>The command that takes a namespace out of its tenant; the guard decides about it too.</summary>
    public string ReleaseOf(Marks marks) => marks.Tenancy.LabelledTenant is not null
        ? Label(marks, null)
        : Patch(marks, [.. FromTheLast(marks.Tenancy.References).Select(Remove)]);

    private string KeepOrLabel(Marks marks, TenantReference best) =>
        best.Name == marks.Tenancy.LabelledTenant ? Keep(marks, best) : Label(marks, best.Name);

    /// <summary>The reference to keep: to a tenant that lives; of those to the label's, then one with the live UID, then the first.</summary>
    private TenantReference Best(IEnumerable<TenantReference> references, string? label) => references
        .Where(each => uids.ContainsKey(each.Name))
        .OrderByDescending(each => each.Name == label)
        .ThenByDescending(each => uids[each.Name] == each.Uid)
        .First();

    // Each that is removed gives its place to what follows.
    private static IEnumerable<TenantReference> FromTheLast(IEnumerable<TenantReference> references) => references.OrderByDescending(each => each.Index);

    private string Label(Marks marks, string? tenant) =>
        $"kubectl label namespace {marks.Namespace} {(tenant is null ? $"{kind.LabelKey}-" : $"{kind.LabelKey}={Shell.Quote(tenant)} --overwrite")}";

    /// <summary>One reference stays, with the live UID, and the others go; the guard sets the label that belongs to it.</summary>
    private string Keep(Marks marks, TenantReference kept)
    {
        var (path, uid) = ($"/metadata/ownerReferences/{kept.Index}/uid", uids[kept.Name]);
        IEnumerable<JsonObject> written = kept.Uid == uid ? [] :
        [
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = kept.Uid },
            new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = uid },
        ];
        return Patch(marks, [.. written, .. FromTheLast(marks.Tenancy.References.Where(each => each.Index != kept.Index)).Select(Remove)]);
    }

    private static string Patch(Marks marks, IReadOnlyList<JsonObject> operations) =>
        $"kubectl patch namespace {marks.Namespace} --type=json -p {Shell.Quote(PlainJson.Of(new JsonArray([.. operations])))}";

    private static JsonObject Remove(TenantReference reference) => new() { ["op"] = "remove", ["path"] = $"/metadata/ownerReferences/{reference.Index}" };

    private JsonObject Adding(Marks marks, string tenant, string uid)
    {
        var reference = new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["name"] = tenant, ["uid"] = uid };
        return marks.HasOwners
            ? new JsonObject { ["op"] = "add", ["path"] = "/metadata/ownerReferences/-", ["value"] = reference }
            : new JsonObject { ["op"] = "add", ["path"] = "/metadata/ownerReferences", ["value"] = new JsonArray(reference) };
    }
}
