using System.Collections.Immutable;
using AdmissionGuard.Core.Transitions;

namespace AdmissionGuard.Core.Capsule;

/// <summary>How Capsule handles a change of tenants, by its version.</summary>
/// <remarks>Read from its source, and measured with 0.14.0.</remarks>
public enum CapsuleBehavior
{
    /// <summary>Up to 0.11.2: it reverts changes by its users, and ignores other users.</summary>
    UsersOnly,

    /// <summary>0.12.0 to 0.12.4: it reverts changes by its users and administrators, and ignores other users.</summary>
    Undoing,

    /// <summary>0.13.0 to 0.13.9: it reverts changes by its users and administrators, and refuses everyone else.</summary>
    Closed,

    /// <summary>0.13.10 and newer: only its administrators may migrate.</summary>
    AdministratorsOnly,
}

/// <summary>The role of a user for Capsule.</summary>
public enum CapsuleRole
{
    /// <summary>Neither of the others, or in one of the groups that it ignores.</summary>
    Unknown,

    /// <summary>One of its users, as tenant owners are.</summary>
    User,

    /// <summary>One of its administrators.</summary>
    Administrator,
}

/// <summary>What Capsule does with a change that the guard completed.</summary>
public enum CapsuleOutcome
{
    /// <summary>It accepts the change.</summary>
    Accepted,

    /// <summary>It reverts the change, without a message.</summary>
    Reverted,

    /// <summary>It refuses the change.</summary>
    Refused,
}

/// <summary>The Capsule that is installed.</summary>
/// <param name="Description">Its version, as far as it is known.</param>
/// <param name="Possible">The possible behaviors, at least one.</param>
public sealed record CapsuleVersion(string Description, params ImmutableArray<CapsuleBehavior> Possible)
{
    /// <summary>The user name of its controller; empty if it could not be found out.</summary>
    public string Account { get; init; } = "";

    /// <summary>The behavior of a version number.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The behavior.</returns>
    public static CapsuleBehavior BehaviorOf(Version version) => version switch
    {
        _ when version >= new Version(0, 13, 10) => CapsuleBehavior.AdministratorsOnly,
        _ when version >= new Version(0, 13, 0) => CapsuleBehavior.Closed,
        _ when version >= new Version(0, 12, 0) => CapsuleBehavior.Undoing,
        _ => CapsuleBehavior.UsersOnly,
    };

    /// <summary>What a version with a behavior does with a change.</summary>
    /// <param name="behavior">The behavior.</param>
    /// <param name="role">The user's role for Capsule.</param>
    /// <param name="kind">The change.</param>
    /// <returns>The outcome.</returns>
    public static CapsuleOutcome OutcomeOf(CapsuleBehavior behavior, CapsuleRole role, TransitionKind kind) => (behavior, role) switch
    {
        _ when kind is TransitionKind.Unchanged or TransitionKind.Repair => CapsuleOutcome.Accepted,
        (CapsuleBehavior.AdministratorsOnly, CapsuleRole.Administrator) => CapsuleOutcome.Accepted,
        // It completes a namespace that is new to it, and keeps a namespace that it has.
        (CapsuleBehavior.Closed or CapsuleBehavior.Undoing, CapsuleRole.Administrator) =>
            kind is TransitionKind.Adopt ? CapsuleOutcome.Accepted : CapsuleOutcome.Reverted,
        // Its mutator restores them before its validator is called.
        (CapsuleBehavior.Closed, CapsuleRole.User) => kind is TransitionKind.Adopt ? CapsuleOutcome.Refused : CapsuleOutcome.Reverted,
        (CapsuleBehavior.AdministratorsOnly or CapsuleBehavior.Closed, _) => CapsuleOutcome.Refused,
        (CapsuleBehavior.Undoing, CapsuleRole.Unknown) or (CapsuleBehavior.UsersOnly, not CapsuleRole.User) => CapsuleOutcome.Accepted,
        _ => CapsuleOutcome.Reverted,
    };
}
