namespace AdmissionGuard.Core.Transitions;

/// <summary>What a request wants of a namespace's tenancy.</summary>
public enum TransitionKind
{
    /// <summary>Nothing.</summary>
    Unchanged,

    /// <summary>Into a tenant, from none.</summary>
    Adopt,

    /// <summary>From one tenant into another.</summary>
    Migrate,

    /// <summary>Out of its tenant, into none.</summary>
    Release,

    /// <summary>The tenant it already had, broken marks made whole.</summary>
    Repair,

    /// <summary>Two things at once.</summary>
    Contradictory,
}
