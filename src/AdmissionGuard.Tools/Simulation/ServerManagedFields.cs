using System.Text.Json.Nodes;

namespace AdmissionGuard.Tools.Simulation;

/// <summary>Fields that the API server keeps or sets on an update, so that a manifest may omit them.</summary>
/// <remarks>Source: Kubernetes, <c>rest.BeforeUpdate</c>, and the namespaces' own strategy and defaults.</remarks>
internal static class ServerManagedFields
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    private static readonly string[] OfMetadata = [
        "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields"
    ];
    private static readonly string[] OfNamespace = ["spec", "status"];

    /// <summary>The object as admission sees it.</summary>
    public static JsonObject Keep(JsonObject old, JsonObject now)
    {
        var kept = (JsonObject)now.DeepClone();
        Fill(old, kept, OfNamespace);
        if (old["metadata"] is JsonObject before && kept["metadata"] is JsonObject after)
        {
            Fill(before, after, OfMetadata);
            if (before["labels"] is JsonObject labels && labels.ContainsKey(NameLabel))
            {
                if (after["labels"] is not JsonObject)
                {
                    after["labels"] = new JsonObject();
                }

                Fill(labels, (JsonObject)after["labels"]!, [NameLabel]);
            }
        }

        return kept;
    }

    private static void Fill(JsonObject from, JsonObject to, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!to.ContainsKey(name) && from[name] is { } value)
            {
                to[name] = value.DeepClone();
            }
        }
    }
}
