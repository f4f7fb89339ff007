using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Checks a namespace object as the API server's decoder would, before any webhook sees it.</summary>
internal static class NamespaceManifest
{
    private static readonly string[] OfMetadata = ["name", "generateName", "uid", "resourceVersion", "deletionTimestamp"];
    private static readonly string[] OfReferences = ["apiVersion", "kind", "name", "uid"];

    /// <summary>Reports an object that is not a namespace.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isCreated">Whether it must be created, so that its name may be left to the API server.</param>
    /// <param name="errors">Receives the errors.</param>
    public static void Check(Document document, bool isCreated, InputErrors errors)
    {
        if ((document.ApiVersion, document.Kind) is not (("v1", "Namespace") or ("", "")))
        {
            errors.Add(document.Error("$.kind", $"must be Namespace of v1, not {document.Kind} of {document.ApiVersion}"));
            return;
        }

        if (document.Root["metadata"] is not JsonObject metadata)
        {
            errors.Add(document.Error("$.metadata", document.Root["metadata"] is null ? "is required" : "must be a mapping"));
            return;
        }

        Fields("$.metadata", metadata, OfMetadata);
        if ((metadata["name"] is null || (IsText(metadata["name"]) && document.Name.Length == 0))
            && !(isCreated && metadata.ContainsKey("generateName")))
        {
            errors.Add(document.Error("$.metadata.name", "is required"));
        }

        Texts("$.metadata.labels", metadata["labels"]);
        Texts("$.metadata.annotations", metadata["annotations"]);
        References(metadata["ownerReferences"]);

        void Texts(string path, JsonNode? map)
        {
            if (map is not (null or JsonObject))
            {
                errors.Add(document.Error(path, "must be a mapping"));
            }

            foreach (var (key, value) in map as JsonObject ?? [])
            {
                Text(JsonPath.Join(path, key), value);
            }
        }

        void References(JsonNode? list)
        {
            const string Path = "$.metadata.ownerReferences";
            if (list is not (null or JsonArray))
            {
                errors.Add(document.Error(Path, "must be a list"));
            }

            foreach (var (index, reference) in (list as JsonArray ?? []).Index())
            {
                var path = JsonPath.Join(Path, index);
                if (reference is JsonObject map)
                {
                    Fields(path, map, OfReferences);
                }
                else
                {
                    errors.Add(document.Error(path, "must be a mapping"));
                }
            }
        }

        void Fields(string path, JsonObject map, string[] names)
        {
            foreach (var name in names)
            {
                Text(JsonPath.Join(path, name), map[name]);
            }
        }

        void Text(string path, JsonNode? value)
        {
            if (value is not null && !IsText(value))
            {
                errors.Add(document.Error(path, "must be text; put it in quotes"));
            }
        }
    }

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out _);
}
