using System.Text.Json.Nodes;
using AdmissionGuard.DecisionTable;

namespace AdmissionGuard.EndToEnd;

/// <summary>Writes the table's marks as requests, and reads stored namespaces as marks.</summary>
internal sealed class ConditionsTable(IReadOnlyDictionary<string, string> uids)
{
    private const string Group = "capsule.clastix.io/";

    public static (HttpMethod Method, string Path, string ContentType) RequestOf(Way way, string name) => way switch
    {
        Way.Post => (HttpMethod.Post, "/api/v1/namespaces", "application/json"),
        Way.Merge => (HttpMethod.Patch, $"/api/v1/namespaces/{name}", "application/merge-patch+json"),
        Way.StrategicMerge => (HttpMethod.Patch, $"/api/v1/namespaces/{name}", "application/strategic-merge-patch+json"),
        Way.Json => (HttpMethod.Patch, $"/api/v1/namespaces/{name}", "application/json-patch+json"),
        Way.Apply => (HttpMethod.Patch, $"/api/v1/namespaces/{name}?fieldManager=table&force=true", "application/apply-patch+yaml"),
        _ =>
            (HttpMethod.Put, $"/api/v1/namespaces/{name}{(Ways.SubResourceOf(way) is { Length: > 0 } sub ? $"/{sub}" : "")}", "application/json"),
    };

    public JsonNode BodyOf(Write write, string name)
    {
        var references = ReferencesOf(write.Written, write.Change.AddsAnotherKind);
        return write.Way switch
        {
            Way.Merge => Patch(write, references.Count > 0 ? references : null),
            Way.StrategicMerge =>
                Patch(write, references.Count > 0 ? references : new JsonArray(new JsonObject { ["$patch"] = "replace" })),
            Way.Json => JsonPatch(write, references),
            _ => Whole(name, write.Written, references),
        };
    }

    public JsonObject Stored(string name, RowTenancy tenancy) => Whole(name, tenancy, ReferencesOf(tenancy, addsAnotherKind: false));

    public RowTenancy Read(JsonNode ns)
    {
        var references = (ns["metadata"]!["ownerReferences"]?.AsArray() ?? []).Select(reference =>
        {
            var (name, uid) = ((string)reference!["name"]!, (string)reference["uid"]!);
            return new Reference(
                name, uids.GetValueOrDefault(name) == uid ? Reference.Live : uid, ((string)reference["apiVersion"]!)[Group.Length..]);
        });
        return new RowTenancy((string?)ns["metadata"]!["labels"]?[GuardedCluster.LabelKey], [.. references]);
    }

    private static JsonObject Whole(string name, RowTenancy tenancy, JsonArray references)
    {
        var labels = new JsonObject { ["team"] = "billing" };
        if (tenancy.Label is { } label)
        {
            labels[GuardedCluster.LabelKey] = label;
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = labels,
                ["annotations"] = Touched(),
                ["ownerReferences"] = references,
            },
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
            ["status"] = new JsonObject { ["phase"] = "Active" },
        };
    }

    /// <summary>What is not changed is not written: most people change the label alone.</summary>
    private static JsonObject Patch(Write write, JsonArray? references)
    {
        var metadata = new JsonObject { ["annotations"] = Touched() };
        if (write.Written.Label != write.Change.Stored!.Label)
        {
            metadata["labels"] = new JsonObject { [GuardedCluster.LabelKey] = write.Written.Label };
        }

        if (ChangesReferences(write))
        {
            metadata["ownerReferences"] = references;
        }

        return new JsonObject { ["metadata"] = metadata };
    }

    private static JsonArray JsonPatch(Write write, JsonArray references)
    {
        const string Label = "/metadata/labels/capsule.clastix.io~1tenant";
        var operations = new JsonArray(Operation("add", "/metadata/annotations/touched", "yes"));
        if (write.Written.Label != write.Change.Stored!.Label)
        {
            operations.Add(write.Written.Label is { } label ? Operation("add", Label, label) : Operation("remove", Label, null));
        }

        if (ChangesReferences(write))
        {
            operations.Add(
                references.Count > 0
                    ? Operation("add", "/metadata/ownerReferences", references)
                    : Operation("remove", "/metadata/ownerReferences", null));
        }

        return operations;
    }

    private static bool ChangesReferences(Write write) =>
        write.Change.AddsAnotherKind
            || write.Written with { Label = null } is var written
                && written.ToString() != (write.Change.Stored! with { Label = null }).ToString();

    private static JsonObject Operation(string op, string path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op, ["path"] = path };
        if (value is not null)
        {
            operation["value"] = value;
        }

        return operation;
    }

    private static JsonObject Touched() => new() { ["touched"] = "yes" };

    private JsonArray ReferencesOf(RowTenancy tenancy, bool addsAnotherKind)
    {
        var references = new JsonArray(
            [.. tenancy.References.Select(reference => OwnerReference(reference.Version, "Tenant", reference.Tenant, UidOf(reference)))]);
        if (addsAnotherKind)
        {
            references.Add(OwnerReference("v1beta2", "ResourcePool", "pool", Guid.NewGuid().ToString()));
        }

        return references;
    }

    private string UidOf(Reference reference) => reference.Uid switch
    {
        Reference.Live => uids[reference.Tenant],
        "" => "",
        // One digit wrong, and the same each time.
        _ => $"2952b351-0000-4000-8000-{World.Tenants.IndexOf(reference.Tenant):x12}",
    };

    private static JsonObject OwnerReference(string version, string kind, string name, string uid) =>
        new() { ["apiVersion"] = $"{Group}{version}", ["kind"] = kind, ["name"] = name, ["uid"] = uid };
}
