namespace AdmissionGuard.Core.Capsule;

/// <summary>
/// The labels and annotations of a namespace after Capsule has added those that its tenant manages. Computed in both
/// webhooks, the result does not depend on whether Capsule's mutating webhook runs before or after.
/// </summary>
public sealed class EffectiveMetadata
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    private EffectiveMetadata(MetadataSet labels, MetadataSet annotations)
    {
        Labels = labels;
        Annotations = annotations;
    }

    /// <summary>The labels.</summary>
    public MetadataSet Labels { get; }

    /// <summary>The annotations.</summary>
    public MetadataSet Annotations { get; }

    /// <summary>Computes them.</summary>
    /// <param name="labels">The labels that the request leaves.</param>
    /// <param name="annotations">The annotations that it leaves.</param>
    /// <param name="subject">The namespace and its tenant.</param>
    /// <param name="managed">What the tenant manages.</param>
    /// <returns>What the namespace then has.</returns>
    public static EffectiveMetadata Of(
        IEnumerable<KeyValuePair<string, string>> labels,
        IEnumerable<KeyValuePair<string, string>> annotations,
        MetadataSubject subject,
        ManagedMetadata managed)
    {
        var (allLabels, allAnnotations) = (Copy(labels), Copy(annotations));
        allLabels[subject.LabelKey] = subject.Tenant;
        var (ofLabels, ofAnnotations) = ManagedOf(allLabels, subject, managed);
        // A label that Capsule adds can select another item of the list in its next pass.
        for (var pass = 0; OverlayAll() && pass <= managed.Selected.Length; pass++)
        {
            (ofLabels, ofAnnotations) = ManagedOf(allLabels, subject, managed);
        }

        return new EffectiveMetadata(new MetadataSet(allLabels, ofLabels), new MetadataSet(allAnnotations, ofAnnotations));

        bool OverlayAll() =>
            Overlay(allLabels, ofLabels, managed.RemovesOthers) | Overlay(allAnnotations, ofAnnotations, managed.RemovesOthers);
    }

    /// <summary>The metadata that the tenant manages on a namespace with these labels.</summary>
    private static (Dictionary<string, string?> Labels, Dictionary<string, string?> Annotations) ManagedOf(
        Dictionary<string, string?> seen, MetadataSubject subject, ManagedMetadata managed)
    {
        var (labels, annotations) = (Copy(managed.Labels), Copy(managed.Annotations));
        foreach (var item in managed.Selected.Where(item => item.Selector.Matches(seen)))
        {
            AddMissing(labels, item.Labels, subject);
            AddMissing(annotations, item.Annotations, subject);
        }

        labels[NameLabel] = subject.Name.Length > 0 ? subject.Name : null;
        labels[subject.LabelKey] = subject.Tenant;
        return (labels, annotations);
    }

    private static void AddMissing(
        Dictionary<string, string?> values, IEnumerable<KeyValuePair<string, string>> templates, MetadataSubject subject)
    {
        foreach (var (key, template) in templates)
        {
            values.TryAdd(key, MetadataTemplate.Fill(template, subject.Tenant, subject.Name));
        }
    }

    /// <summary>Overwrites the other values with the managed ones.</summary>
    /// <returns>Whether that changed anything.</returns>
    private static bool Overlay(Dictionary<string, string?> values, Dictionary<string, string?> managed, bool removesOthers)
    {
        var isChanged = false;
        if (removesOthers)
        {
            foreach (var key in values.Keys.Where(key => !managed.ContainsKey(key)).ToList())
            {
                isChanged |= values.Remove(key);
            }
        }

        foreach (var (key, value) in managed)
        {
            isChanged |= !values.TryGetValue(key, out var before) || before != value;
            values[key] = value;
        }

        return isChanged;
    }

    private static Dictionary<string, string?> Copy(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var copy = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            copy[key] = value;
        }

        return copy;
    }
}

/// <summary>A namespace and its new tenant.</summary>
/// <param name="Name">The namespace's name; empty if the API server has yet to generate it.</param>
/// <param name="Tenant">The tenant's name.</param>
/// <param name="LabelKey">The label that names it.</param>
public readonly record struct MetadataSubject(string Name, string Tenant, string LabelKey);

/// <summary>The labels or the annotations that a namespace finally has.</summary>
/// <param name="values">All of them; <see langword="null"/> as a value where it is not known yet.</param>
/// <param name="managed">Those that its tenant manages.</param>
public sealed class MetadataSet(IReadOnlyDictionary<string, string?> values, IReadOnlyDictionary<string, string?> managed)
{
    /// <summary>The keys that the tenant does not manage.</summary>
    public IEnumerable<string> OtherKeys => values.Keys.Where(key => !managed.ContainsKey(key));

    /// <summary>Whether the tenant manages the key.</summary>
    /// <param name="key">The key.</param>
    /// <returns><see langword="true"/> if it does.</returns>
    public bool IsManaged(string key) => managed.ContainsKey(key);

    /// <summary>Whether there is such a key, and what its value is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; <see langword="null"/> if it is not known yet, because the namespace has no name yet.</param>
    /// <returns><see langword="true"/> if there is one.</returns>
    public bool TryGet(string key, out string? value) => values.TryGetValue(key, out value);
}
