using System.Text;
using System.Text.Json.Nodes;

namespace AdmissionGuard.Testing;

/// <summary>Builds AdmissionReviews as the API server writes them.</summary>
internal static class ReviewJson
{
    public const string LabelKey = "capsule.clastix.io/tenant";
    public const string Uid = "705ab4f5-6393-11e8-b7cc-42010a800002";

    /// <summary>A namespace with a label and references (<c>name=uid</c>), among other metadata.</summary>
    public static JsonObject Namespace(string? label, params string[] references)
    {
        var labels = new JsonObject { ["kubernetes.io/metadata.name"] = "billing" };
        if (label is not null)
        {
            labels[LabelKey] = label;
        }

        var metadata = new JsonObject
        {
            ["name"] = "billing",
            ["uid"] = "0f1a7c5e-4d0c-4a57-9a43-5d9c1a3b7e10",
            ["resourceVersion"] = "4711",
            ["creationTimestamp"] = "2026-01-01T00:00:00Z",
            ["labels"] = labels,
            ["annotations"] = new JsonObject { ["owner"] = "team \"billing\" <billing@example.com>" },
        };
        if (references.Length > 0)
        {
            metadata["ownerReferences"] = new JsonArray([.. references.Select(Reference)]);
        }

        return new JsonObject
        {
            ["kind"] = "Namespace",
            ["apiVersion"] = "v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
            ["status"] = new JsonObject { ["phase"] = "Active" },
        };
    }

    public static JsonObject Update(JsonObject? old, JsonObject? received, string subResource = "") =>
        Review("UPDATE", old, received, subResource);

    public static JsonObject Create(JsonObject received) => Review("CREATE", null, received, "");

    public static JsonObject Review(string operation, JsonObject? old, JsonObject? received, string subResource)
    {
        var request = new JsonObject
        {
            ["uid"] = Uid,
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Namespace" },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "namespaces" },
            ["requestKind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Namespace" },
            ["requestResource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "namespaces" },
            ["name"] = "billing",
            ["namespace"] = "billing",
            ["operation"] = operation,
            ["userInfo"] = new JsonObject
            {
                ["username"] = "alice",
                ["uid"] = "u-1",
                ["groups"] = new JsonArray("system:authenticated"),
                ["extra"] = new JsonObject { ["scopes"] = new JsonArray("view", "edit") },
            },
            ["object"] = received?.DeepClone(),
            ["oldObject"] = old?.DeepClone(),
            ["dryRun"] = false,
            ["options"] = new JsonObject
            {
                ["kind"] = "UpdateOptions",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["fieldManager"] = "kubectl-label",
            },
        };
        if (subResource.Length > 0)
        {
            request["subResource"] = subResource;
        }

        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    public static byte[] Bytes(this JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());

    private static JsonNode Reference(string text)
    {
        var parts = text.Split('=');
        return parts[0].StartsWith("cm:", StringComparison.Ordinal)
            ? new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["name"] = parts[0][3..],
                ["uid"] = parts[1],
                ["controller"] = false,
                ["blockOwnerDeletion"] = true,
            }
            : new JsonObject
            {
                ["apiVersion"] = "capsule.clastix.io/v1beta2",
                ["kind"] = "Tenant",
                ["name"] = parts[0],
                ["uid"] = parts[1],
            };
    }
}
