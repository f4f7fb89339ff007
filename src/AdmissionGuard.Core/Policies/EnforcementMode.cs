namespace AdmissionGuard.Core.Policies;

/// <summary>What the guard does with a request that lacks a permission or breaks a rule; for a careful rollout.</summary>
/// <remarks>
/// Requests that could delete a namespace (a UID that is not live, a tenant that is being deleted, a failed lookup) are refused in every
/// mode.
/// </remarks>
public enum EnforcementMode
{
    /// <summary>It is refused.</summary>
    Enforce,

    /// <summary>It is admitted unmodified, and the user is warned.</summary>
    Warn,

    /// <summary>It is admitted unmodified, and logged.</summary>
    Audit,
}
