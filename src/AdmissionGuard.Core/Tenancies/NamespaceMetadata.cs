using System.Collections.Immutable;

namespace AdmissionGuard.Core.Tenancies;

/// <summary>All labels and annotations of a namespace: read only where a rule asks for them.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="Annotations">The annotations.</param>
public sealed record NamespaceMetadata(
    ImmutableArray<KeyValuePair<string, string>> Labels, ImmutableArray<KeyValuePair<string, string>> Annotations)
{
    /// <summary>None of either.</summary>
    public static NamespaceMetadata Empty { get; } = new([], []);
}
