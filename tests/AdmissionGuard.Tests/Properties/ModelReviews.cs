using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Tests.Properties;

/// <summary>What goes over the wire, and what is read off it: with another JSON library than the guard's reader.</summary>
internal static class ModelReviews
{
    private const string LabelKey = ReviewJson.LabelKey;

    public static JsonObject Namespace(Ns ns, string name, bool isTerminating)
    {
        var metadata = new JsonObject { ["uid"] = "0f1a7c5e", ["resourceVersion"] = "4711" };
        if (name.Length > 0)
        {
            metadata["name"] = name;
        }
        else
        {
            metadata["generateName"] = "billing-";
        }

        if (isTerminating)
        {
            metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        }

        var labels = new JsonObject();
        Set(labels, LabelKey, ns.Label);
        Set(labels, "team", ns.HasOtherLabels ? "billing" : null);
        Shaped(metadata, "labels", labels, labels.Count, ns.Shape);
        var annotations = new JsonObject { ["note"] = "kept" };
        Set(annotations, "admissionguard.io/reason", ns.Reason.Length > 0 ? ns.Reason : null);
        Set(annotations, "admissionguard.io/override", ns.Override.Length > 0 ? ns.Override : null);
        metadata["annotations"] = annotations;
        Shaped(metadata, "ownerReferences", new JsonArray([.. ns.Owners.Select(Written)]), ns.Owners.Length, ns.Shape);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
        };
    }

    public static JsonObject Review(Scenario scenario, JsonObject? stored, JsonObject received)
    {
        var review = ReviewJson.Review(stored is null ? "CREATE" : "UPDATE", stored, received, scenario.SubResource);
        var request = review["request"]!;
        request["uid"] = scenario.ReviewUid;
        request["name"] = scenario.NamespaceName;
        request["options"]!["fieldManager"] = scenario.FieldManager;
        request["userInfo"]!["username"] = scenario.Asker.Name;
        if (scenario.Asker.IsInIgnoredGroup)
        {
            request["userInfo"]!["groups"]!.AsArray().Add("ignored");
        }

        return review;
    }

    /// <summary>What another webhook does.</summary>
    public static JsonObject Meddled(JsonObject received, Meddling meddling, string tenant)
    {
        var changed = received.DeepClone().AsObject();
        var metadata = changed["metadata"]!.AsObject();
        var owners = metadata["ownerReferences"] as JsonArray;
        switch (meddling)
        {
            case Meddling.OtherLabel:
                Map(metadata)[LabelKey] = tenant;
                break;
            case Meddling.RemovesLabel:
                Map(metadata).Remove(LabelKey);
                break;
            case Meddling.WrongUid:
                foreach (var owner in (owners ?? []).Where(IsTenant))
                {
                    owner!["uid"] = "meddled";
                }

                break;
            case Meddling.DropsReferences:
                metadata.Remove("ownerReferences");
                break;
            case Meddling.AddsTenant:
                metadata["ownerReferences"] = new JsonArray(
                    [.. (owners ?? []).Select(owner => owner?.DeepClone()), Written(Owner.Tenant(tenant, $"{tenant}-live"))]);
                break;
            case Meddling.AddsConfigMap:
                metadata["ownerReferences"] = new JsonArray(
                    [Written(new Owner("v1", "ConfigMap", "meddled", "m", 1)), .. (owners ?? []).Select(owner => owner?.DeepClone())]);
                break;
        }

        return changed;
    }

    /// <summary>The label and the Tenant references of an object.</summary>
    public static Seen See(JsonNode? ns) => new(
        ns?["metadata"]?["labels"]?[LabelKey]?.GetValue<string>() is { Length: > 0 } label ? label : null,
        [.. (ns?["metadata"]?["ownerReferences"] as JsonArray ?? []).Where(IsTenant).Select(owner => Owner.Tenant(
            (string?)owner!["name"] ?? "", (string?)owner["uid"] ?? "", ((string?)owner["apiVersion"])!.Split('/')[1]))]);

    /// <summary>All else of an object: what no completion may touch.</summary>
    public static JsonObject AllElse(JsonNode ns)
    {
        var rest = ns.DeepClone().AsObject();
        var metadata = rest["metadata"]!.AsObject();
        (metadata["labels"] as JsonObject)?.Remove(LabelKey);
        if (metadata["labels"] is null or JsonObject { Count: 0 })
        {
            metadata.Remove("labels");
        }

        JsonNode?[] others = [
            .. (metadata["ownerReferences"] as JsonArray ?? []).Where(owner => !IsTenant(owner)).Select(owner => owner?.DeepClone())
        ];
        metadata.Remove("ownerReferences");
        if (others is not [])
        {
            metadata["ownerReferences"] = new JsonArray(others);
        }

        return rest;
    }

    /// <summary>A scenario as a damaged review has it: who asks, and where.</summary>
    public static Scenario Meant(Scenario scenario, JsonNode request)
    {
        var user = request["userInfo"]!;
        var isAsker = (string?)user["username"] == scenario.Asker.Name;
        var groups = (user["groups"] as JsonArray ?? []).Select(group => (string?)group);
        return scenario with
        {
            Stored = (string?)request["operation"] == "CREATE" ? null : scenario.Stored ?? scenario.Received,
            SubResource = (string?)request["subResource"] ?? "",
            IsTerminating = IsTerminating(request["object"])
                || ((string?)request["operation"] == "UPDATE" && IsTerminating(request["oldObject"])),
            Asker = isAsker
                ? scenario.Asker with { IsInIgnoredGroup = groups.Contains("ignored") }
                : new Asker("somebody else", 0, false, false, false),
            World = isAsker
                ? scenario.World
                : scenario.World with { Tenants = [.. scenario.World.Tenants.Select(tenant => tenant with { IsOwned = false })] },
        };
    }

    private static bool IsTerminating(JsonNode? ns) => ((string?)ns?["metadata"]?["deletionTimestamp"])?.Length > 0;

    private static bool IsTenant(JsonNode? owner) =>
        (string?)owner?["kind"] == "Tenant"
            && (string?)owner["apiVersion"] is { } version
            && version.StartsWith("capsule.clastix.io/", StringComparison.Ordinal);

    private static JsonObject Written(Owner owner)
    {
        var written = new JsonObject
        {
            ["apiVersion"] = owner.ApiVersion,
            ["kind"] = owner.Kind,
            ["name"] = owner.Name,
            ["uid"] = owner.Uid,
        };
        if ((owner.Flags & 1) != 0)
        {
            written["controller"] = true;
        }

        if ((owner.Flags & 2) != 0)
        {
            written["blockOwnerDeletion"] = true;
        }

        return written;
    }

    private static JsonObject Map(JsonObject metadata)
    {
        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        return labels;
    }

    private static void Set(JsonObject map, string key, string? value)
    {
        if (value is not null)
        {
            map[key] = value;
        }
    }

    private static void Shaped(JsonObject metadata, string key, JsonNode value, int count, int shape)
    {
        if (count > 0 || shape == 1)
        {
            metadata[key] = value;
        }
        else if (shape == 2)
        {
            metadata[key] = null;
        }
    }
}

/// <summary>The marks of an object.</summary>
internal sealed record Seen(string? Label, ImmutableArray<Owner> References)
{
    public ImmutableArray<string> Members => [.. References.Select(reference => reference.Name).Distinct(StringComparer.Ordinal)];

    public bool IsNone => Label is null && References is [];

    /// <summary>Whether both say the same, the references in whatever order.</summary>
    public bool SaysTheSameAs(Seen other) =>
        Label == other.Label
            && References.Select(r => r.ToString())
                .Order(StringComparer.Ordinal)
                .SequenceEqual(other.References.Select(r => r.ToString()).Order(StringComparer.Ordinal));

    public override string ToString() => $"{Label ?? "-"} | {string.Join(", ", References)}";
}
