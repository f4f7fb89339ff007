namespace AdmissionGuard.Core.Requests;

/// <summary>Which of the two webhooks asks.</summary>
public enum AdmissionPhase
{
    /// <summary>May complete the object; other mutators may follow.</summary>
    Mutating,

    /// <summary>Sees the final object, decides last, and returns the warnings.</summary>
    Validating,
}
