using System.Collections.Immutable;

namespace AdmissionGuard.Core.Tenancies;

/// <summary>The part of a namespace object that decisions need.</summary>
public sealed record NamespaceRecord
{
    /// <summary>Its name; empty if the API server has yet to generate it.</summary>
    public required string Name { get; init; }

    /// <summary>Its label and Tenant ownerReferences.</summary>
    public required Tenancy Tenancy { get; init; }

    /// <summary>Whether it is being deleted (<c>deletionTimestamp</c> is set).</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Whether the object received has a <c>labels</c> map to add to.</summary>
    public bool HasLabels { get; init; }

    /// <summary>Whether the object received has an <c>ownerReferences</c> list to add to.</summary>
    public bool HasOwnerReferences { get; init; }

    /// <summary>How many ownerReferences it has, of any kind.</summary>
    public int OwnerReferenceCount { get; init; }

    /// <summary>The reasons in its annotations.</summary>
    public ChangeReason ChangeReason { get; init; } = ChangeReason.None;

    /// <summary>References to other kinds of the tenant's own group.</summary>
    public ImmutableArray<SameGroupOwnerReference> SiblingReferences { get; init; } = [];
}

/// <summary>An ownerReference to another kind of the tenant's group, whatever its version.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's UID.</param>
public readonly record struct SameGroupOwnerReference(string Kind, string Name, string Uid);
