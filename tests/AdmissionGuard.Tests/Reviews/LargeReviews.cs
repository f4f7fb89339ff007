using System.Text.Json.Nodes;
using AdmissionGuard.Server.Limits;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Tests.Reviews;

/// <summary>Namespaces and users as large as an API server takes them, one kind of content each.</summary>
internal static class LargeReviews
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>The kinds of content.</summary>
    public static readonly string[] Kinds =
    [
        "25,000 annotations", "30,000 labels", "200,000 labels", "a megabyte of characters that Go escapes", "50,000 finalizers",
        "50,000 managed fields", "18,000 ownerReferences", "18,000 Tenant references", "50,000 groups", "20,000 extra values",
    ];

    /// <summary>A namespace of tenant <c>oil</c> with such content.</summary>
    public static JsonObject Namespace(string content)
    {
        var ns = ReviewJson.Namespace("oil", "oil=oil-uid");
        var metadata = ns["metadata"]!;
        switch (content)
        {
            case "25,000 annotations":
                metadata["annotations"] = Map(25_000, "v");
                break;
            case "30,000 labels":
                Add(metadata["labels"]!.AsObject(), 30_000, "value");
                break;
            case "200,000 labels":
                Add(metadata["labels"]!.AsObject(), 200_000, "");
                break;
            case "a megabyte of characters that Go escapes":
                metadata["ownerReferences"]!.AsArray().Add(Other(new string('<', Mebibyte), "u"));
                break;
            case "50,000 finalizers":
                metadata["finalizers"] = new JsonArray([.. Enumerable.Range(0, 50_000).Select(each => (JsonNode)$"example.com/{each}")]);
                break;
            case "50,000 managed fields":
                var fields = new JsonObject(
                    Enumerable.Range(0, 50_000).Select(each => KeyValuePair.Create($"f:example.com/{each}", (JsonNode?)new JsonObject())));
                metadata["managedFields"] = new JsonArray(
                    new JsonObject { ["manager"] = "kubectl", ["fieldsV1"] = new JsonObject { ["f:metadata"] = fields } });
                break;
            case "18,000 ownerReferences":
                AddReferences(metadata, 18_000, each => Other($"owner-{each}", $"u{each}"));
                break;
            case "18,000 Tenant references":
                AddReferences(metadata, 18_000, each => Tenant("oil", $"u{each}"));
                break;
        }

        return ns;
    }

    /// <summary>The review of a change, with the user's part of the content.</summary>
    public static JsonObject Of(string content, string operation, JsonObject? old, JsonObject? received, string subResource = "")
    {
        var review = Review(operation, old, received, subResource);
        var user = review["request"]!["userInfo"]!;
        if (content == "50,000 groups")
        {
            user["groups"] = Texts(50_000);
        }
        else if (content == "20,000 extra values")
        {
            user["extra"] = new JsonObject { ["scopes"] = Texts(20_000) };
        }

        return review;
    }

    public static JsonObject Tenant(string name, string uid) =>
        new() { ["apiVersion"] = "capsule.clastix.io/v1beta2", ["kind"] = "Tenant", ["name"] = name, ["uid"] = uid };

    public static JsonObject Other(string name, string uid) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["name"] = name,
            ["uid"] = uid,
            ["controller"] = false,
            ["blockOwnerDeletion"] = true,
        };

    /// <summary>
    /// The largest object that can be stored: a name of as many characters as there may be, each of which Go escapes, and the rest in
    /// conditions.
    /// </summary>
    public static string NamespaceOf(string label)
    {
        var ns = ReviewJson.Namespace(label, "oil=oil-uid", "cm:NAME=c1").ToJsonString();
        var name = string.Concat(Enumerable.Repeat("\\u003c", ReviewLimits.StoredBytes - 1024));
        var rest = new string('x', ReviewLimits.MaxObjectBytes - ns.Length - name.Length - 20);
        return ns.Replace("NAME", name, StringComparison.Ordinal)
            .Replace("\"status\":{", $"\"status\":{{\"rest\":\"{rest}\",", StringComparison.Ordinal);
    }

    private static void AddReferences(JsonNode metadata, int count, Func<int, JsonNode> reference)
    {
        foreach (var each in Enumerable.Range(0, count))
        {
            metadata["ownerReferences"]!.AsArray().Add(reference(each));
        }
    }

    private static JsonObject Map(int count, string value)
    {
        var map = new JsonObject();
        Add(map, count, value);
        return map;
    }

    private static void Add(JsonObject map, int count, string value)
    {
        foreach (var each in Enumerable.Range(0, count))
        {
            map[$"k{each}"] = value;
        }
    }

    private static JsonArray Texts(int count) => new([.. Enumerable.Range(0, count).Select(each => (JsonNode)$"{each}")]);
}
