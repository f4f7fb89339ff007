using System.Text.Json.Nodes;
using AdmissionGuard.Cluster;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Diagnosing.Webhooks;

namespace AdmissionGuard.Diagnosing.Drift;

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
            LiveState.StaleUid => PatchUid(marks, references[0], uids[references[0].Name]),
            LiveState.UnknownTenant when label is not null => Label(marks, null),
            LiveState.UnknownTenant => Patch(marks, [Remove(references[0])]),
            LiveState.OwnerOnly => Label(marks, references[0].Name),
            LiveState.LabelOnly when label is not null && uids.TryGetValue(label, out var uid) => Patch(marks, [Adding(marks, label, uid)]),
            LiveState.LabelOnly => Label(marks, null),
            // The label's tenant, where the references name it too: the others go. Else the tenant of the first reference.
            _ when label is not null && references.Any(each => each.Name == label) => Patch(marks, [.. Others(references, label).Select(Remove)]),
            _ => Label(marks, references[0].Name),
        };
    }

    private static IEnumerable<TenantReference> Others(IReadOnlyList<TenantReference> references, string label)
    {
        var kept = references.First(each => each.Name == label);
        // From the last to the first: each takes the place of what follows.
        return references.Where(each => each.Index != kept.Index).OrderByDescending(each => each.Index);
    }

    private string Label(Marks marks, string? tenant) =>
        $"kubectl label namespace {marks.Namespace} {(tenant is null ? $"{kind.LabelKey}-" : $"{kind.LabelKey}={Shell.Quote(tenant)} --overwrite")}";

    private static string PatchUid(Marks marks, TenantReference reference, string uid)
    {
        var path = $"/metadata/ownerReferences/{reference.Index}/uid";
        return Patch(marks, [
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = reference.Uid },
            new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = uid }]);
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
