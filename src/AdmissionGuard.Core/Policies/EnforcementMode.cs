namespace AdmissionGuard.Core.Policies;

/// <summary>What the whole guard does with a request that a right or a rule stands against: for a careful roll-out.</summary>
/// <remarks>What would endanger a namespace (a UID that is not live, a dying tenant, an unanswered look-up) is refused in every mode.</remarks>
public enum EnforcementMode
{
    /// <summary>It is refused.</summary>
    Enforce,

    /// <summary>It is let pass as it came, not completed, and its person warned.</summary>
    Warn,

    /// <summary>It is let pass as it came, not completed, and logged.</summary>
    Audit,
}
