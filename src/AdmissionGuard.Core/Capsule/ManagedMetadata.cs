using System.Collections.Immutable;

namespace AdmissionGuard.Core.Capsule;

/// <summary>The labels and annotations that Capsule itself puts on the namespaces of a tenant.</summary>
/// <remarks>Source: Capsule 0.14.0, <c>pkg/tenant/metdata.go</c> and <c>internal/webhook/namespace/mutation/metadata.go</c>.</remarks>
public sealed record ManagedMetadata
{
    /// <summary>The tenant manages nothing.</summary>
    public static ManagedMetadata None { get; } = new();

    /// <summary>Labels for every namespace: <c>additionalMetadata</c>, and what Capsule computes from other settings.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Annotations for every namespace, in the same way.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary><c>additionalMetadataList</c>: metadata for some namespaces. Of several values for a key, the first one counts.</summary>
    public ImmutableArray<SelectedMetadata> Selected { get; init; } = [];

    /// <summary><c>managedMetadataOnly</c>: Capsule removes all other metadata, in the request that brings the namespace in.</summary>
    public bool RemovesOthers { get; init; }
}

/// <summary>An item of <c>additionalMetadataList</c>.</summary>
/// <param name="Selector">The namespaces it is for.</param>
/// <param name="Labels">Labels, whose values may hold placeholders (see <see cref="MetadataTemplate"/>).</param>
/// <param name="Annotations">Annotations, in the same way.</param>
public sealed record SelectedMetadata(
    NamespaceSelector Selector,
    ImmutableArray<KeyValuePair<string, string>> Labels,
    ImmutableArray<KeyValuePair<string, string>> Annotations);
