using System.Collections.Immutable;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Kubernetes objects from files, instead of a cluster's.</summary>
internal sealed class ManifestStore
{
    private readonly ImmutableDictionary<Key, Document> _objects;

    private ManifestStore(ImmutableDictionary<Key, Document> objects) => _objects = objects;

    public static ManifestStore Empty { get; } = new(ImmutableDictionary<Key, Document>.Empty);

    /// <summary>
    /// Adds objects; they take the place of those of the same kind, namespace and name that were here, and may not be there twice among
    /// themselves.
    /// </summary>
    public ManifestStore With(IEnumerable<Document> documents, InputErrors errors)
    {
        var added = new Dictionary<Key, Document>();
        foreach (var document in documents)
        {
            if (document.ApiVersion.Length == 0 || document.Kind.Length == 0 || document.Name.Length == 0)
            {
                errors.Add(document.Error(JsonPath.Root, "is not a Kubernetes object: it must have apiVersion, kind and metadata.name"));
            }
            else if (!added.TryAdd(Key.Of(document), document))
            {
                errors.Add(
                    document.Error(
                        JsonPath.Root, $"{document.Kind} {document.Name} is given twice; the first is in {added[Key.Of(document)].File}"));
            }
        }

        return new ManifestStore(_objects.SetItems(added));
    }

    public IEnumerable<Document> Of(string group, string kind) =>
        _objects.Where(each => each.Key.Group == group && each.Key.Kind == kind)
            .Select(each => each.Value)
            .OrderBy(document => document.Name, StringComparer.Ordinal);

    public IEnumerable<Document> Of(string group) =>
        _objects.Values.Where(document => document.Group == group).OrderBy(document => document.Name, StringComparer.Ordinal);

    /// <summary>One of those that lie in no namespace; what is written there of a namespace, the API server forgets.</summary>
    public Document? Find(string group, string kind, string name) => Of(group, kind).FirstOrDefault(document => document.Name == name);

    private readonly record struct Key(string Group, string Kind, string Namespace, string Name)
    {
        public static Key Of(Document document) => new(document.Group, document.Kind, document.Namespace, document.Name);
    }
}
