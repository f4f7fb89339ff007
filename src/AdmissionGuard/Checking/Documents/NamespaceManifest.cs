using System.Text.Json.Nodes;

namespace AdmissionGuard.Checking.Documents;

/// <summary>Checks a namespace object as the API server's decoder would, before any webhook sees it.</summary>
internal static class NamespaceManifest
{
    /// <summary>Complains of what is no namespace.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isCreated">Whether it is to be created, so that its name may be left to the API server.</param>
    /// <param name="complaints">Takes what is wrong.</param>
    public static void Check(Document document, bool isCreated, Complaints complaints)
    {
        if ((document.ApiVersion, document.Kind) is not (("v1", "Namespace") or ("", "")))
        {
            complaints.Add(document.Error("$.kind", $"is to be Namespace of v1, not {document.Kind} of {document.ApiVersion}"));
            return;
        }

        if (document.Root["metadata"] is not JsonObject metadata)
        {
            complaints.Add(document.Error("$.metadata", "is needed"));
            return;
        }

        if (document.Name.Length == 0 && !(isCreated && metadata.ContainsKey("generateName")))
        {
            complaints.Add(document.Error("$.metadata.name", "is needed"));
        }

        Texts("$.metadata.labels", metadata["labels"]);
        Texts("$.metadata.annotations", metadata["annotations"]);
        References(metadata["ownerReferences"]);

        void Texts(string path, JsonNode? map)
        {
            if (map is not (null or JsonObject))
            {
                complaints.Add(document.Error(path, "is to be a mapping"));
            }

            foreach (var (key, value) in map as JsonObject ?? [])
            {
                if (value is not null && (value is not JsonValue text || !text.TryGetValue<string>(out _)))
                {
                    complaints.Add(document.Error(JsonPath.Join(path, key), "is to be text; put quotes around it"));
                }
            }
        }

        void References(JsonNode? list)
        {
            const string Path = "$.metadata.ownerReferences";
            if (list is not (null or JsonArray))
            {
                complaints.Add(document.Error(Path, "is to be a list"));
            }

            foreach (var (index, reference) in (list as JsonArray ?? []).Index())
            {
                if (reference is not JsonObject)
                {
                    complaints.Add(document.Error(JsonPath.Join(Path, index), "is to be a mapping"));
                }
            }
        }
    }
}
