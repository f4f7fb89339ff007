namespace AdmissionGuard.Core.Policies;

/// <summary>What happens if a rule is broken.</summary>
public enum RuleMode
{
    /// <summary>Nothing: the rule is not checked.</summary>
    Off,

    /// <summary>The request is completed, and the user is warned.</summary>
    Warn,

    /// <summary>The request is refused.</summary>
    Enforce,
}
