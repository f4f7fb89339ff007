using System.Collections.Immutable;

namespace AdmissionGuard.Core.Completions;

/// <summary>The smallest JSON patch that makes an object agree with its transition.</summary>
/// <param name="Operations">In the order in which they must be applied; empty if the object agrees already.</param>
public sealed record Completion(ImmutableArray<PatchOperation> Operations)
{
    /// <summary>Nothing to do.</summary>
    public static Completion Nothing { get; } = new([]);

    /// <summary>Whether the object agrees already.</summary>
    public bool IsEmpty => Operations.IsEmpty;
}
