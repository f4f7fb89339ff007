using System.Collections.Immutable;

namespace AdmissionGuard.Core.Transitions;

/// <summary>The change of tenancy that a request asks for, and the tenants involved.</summary>
public sealed record Transition
{
    /// <summary>
    /// What every refusal of an ownerReference to another kind of the tenants' API group contains, in every mode and for every user.
    /// </summary>
    public const string OtherKindRefused = "can't be added: in that API group only a tenant may own a namespace";

    /// <summary>A request that does not change the tenancy.</summary>
    public static Transition Unchanged { get; } = new();

    /// <summary>Whether the request changes the tenancy.</summary>
    public bool IsChange { get; init; }

    /// <summary>The tenant that the final object shall name; <see langword="null"/> for none.</summary>
    public string? Target { get; init; }

    /// <summary>The tenants that the namespace is a member of: those its old references name.</summary>
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>The tenants that would lose the namespace.</summary>
    public ImmutableArray<string> Released { get; init; } = [];

    /// <summary>Whether the target's reference was removed while its label stayed, so that it is restored if the tenant exists.</summary>
    public bool PutsBack { get; init; }

    /// <summary>Whether it only releases the namespace from tenants that are being deleted or no longer exist.</summary>
    public bool IsOrphaning { get; init; }

    /// <summary>Why the request is contradictory; empty if it is not.</summary>
    public string Contradiction { get; init; } = "";

    /// <summary>Whether it adds a reference to another kind of the tenant's API group, whose owner can't be checked.</summary>
    public bool AddsSibling { get; init; }

    /// <summary>Whether the target already has the namespace.</summary>
    public bool TargetIsMember => Target is not null && Members.Contains(Target, StringComparer.Ordinal);

    /// <summary>The kind, by one rule for every row of the decision table.</summary>
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
