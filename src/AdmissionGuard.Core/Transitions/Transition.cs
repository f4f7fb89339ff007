using System.Collections.Immutable;

namespace AdmissionGuard.Core.Transitions;

/// <summary>What a request wants, and whom it concerns.</summary>
public sealed record Transition
{
    /// <summary>A request that asks nothing.</summary>
    public static Transition Unchanged { get; } = new();

    /// <summary>Whether the request asks anything of the tenancy.</summary>
    public bool IsChange { get; init; }

    /// <summary>The tenant that the final object shall name; <see langword="null"/> for none.</summary>
    public string? Target { get; init; }

    /// <summary>The tenants that the namespace is a member of: those its old references name.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>The tenants that would lose the namespace.</summary>
    public ImmutableArray<string> Released { get; init; } = [];

    /// <summary>Whether the target's reference was removed while its label stayed, so that it is put back if the tenant lives.</summary>
    public bool PutsBack { get; init; }

    /// <summary>Whether it only lets go of tenants that are being deleted, or are gone: their deletion is decided already.</summary>
    public bool IsOrphaning { get; init; }

    /// <summary>Why the request can't be meant; empty where it can.</summary>
    public string Contradiction { get; init; } = "";

    /// <summary>Whether it adds a reference to another kind of the tenant's group, whose owner nobody can check.</summary>
    public bool AddsSibling { get; init; }

    /// <summary>Whether the target already has the namespace.</summary>
    public bool TargetIsMember => Target is not null && Members.Contains(Target, StringComparer.Ordinal);

    /// <summary>The kind, by the design's one rule for every row.</summary>
    public TransitionKind Kind => this switch
    {
        { Contradiction.Length: > 0 } => TransitionKind.Contradictory,
        { IsChange: false } => TransitionKind.Unchanged,
        { Target: null } => TransitionKind.Release,
        { TargetIsMember: true, Released: [] } => TransitionKind.Repair,
        { Members: [] } => TransitionKind.Adopt,
        _ => TransitionKind.Migrate,
    };
}
