namespace AdmissionGuard.Core.Policies;

/// <summary>What one rule does where it is broken.</summary>
public enum RuleMode
{
    /// <summary>Nothing: the rule is not looked at.</summary>
    Off,

    /// <summary>The request is completed, and its person warned.</summary>
    Warn,

    /// <summary>The request is refused.</summary>
    Enforce,
}
