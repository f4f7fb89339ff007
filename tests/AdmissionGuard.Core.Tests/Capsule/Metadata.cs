using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Core.Tests.Capsule;

/// <summary>Metadata as tests write it: <c>key=value,key=value</c>.</summary>
internal static class Metadata
{
    public const string LabelKey = "capsule.clastix.io/tenant";
    public const string NameLabel = "kubernetes.io/metadata.name";

    public static ImmutableArray<KeyValuePair<string, string>> Pairs(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], pair[1])),
    ];

    /// <summary>An item of <c>additionalMetadataList</c>, for namespaces that have labels.</summary>
    public static SelectedMetadata Item(string selector, string labels, string annotations = "") =>
        new(new NamespaceSelector(Pairs(selector), []), Pairs(labels), Pairs(annotations));
}
