using System.Collections.Immutable;
using AdmissionGuard.Checking.Documents;

namespace AdmissionGuard.Checking.Clusters;

/// <summary>Kubernetes' objects out of files, in place of a cluster's.</summary>
internal sealed class ObjectSet
{
    private readonly ImmutableDictionary<(string Group, string Kind, string Name), Document> _objects;

    private ObjectSet(ImmutableDictionary<(string Group, string Kind, string Name), Document> objects) => _objects = objects;

    public static ObjectSet Empty { get; } = new(ImmutableDictionary<(string, string, string), Document>.Empty);

    /// <summary>Adds objects; they take the place of those of the same kind and name that were here, and may not be there twice among themselves.</summary>
    public ObjectSet With(IEnumerable<Document> documents, Complaints complaints)
    {
        var added = new Dictionary<(string, string, string), Document>();
        foreach (var document in documents)
        {
            if (document.ApiVersion.Length == 0 || document.Kind.Length == 0 || document.Name.Length == 0)
            {
                complaints.Add(document.Error(JsonPath.Root, "is no Kubernetes object: it is to have apiVersion, kind and metadata.name"));
            }
            else if (!added.TryAdd((document.Group, document.Kind, document.Name), document))
            {
                complaints.Add(document.Error(JsonPath.Root, $"{document.Kind} {document.Name} is there a second time; the first is in {added[(document.Group, document.Kind, document.Name)].File}"));
            }
        }

        return new ObjectSet(_objects.SetItems(added));
    }

    public IEnumerable<Document> Of(string group, string kind) =>
        _objects.Where(each => each.Key.Group == group && each.Key.Kind == kind).Select(each => each.Value).OrderBy(document => document.Name, StringComparer.Ordinal);

    public IEnumerable<Document> Of(string group) => _objects.Values.Where(document => document.Group == group).OrderBy(document => document.Name, StringComparer.Ordinal);

    public Document? Find(string group, string kind, string name) => _objects.GetValueOrDefault((group, kind, name));
}
