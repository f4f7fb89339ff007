namespace AdmissionGuard.Server.Limits;

/// <summary>Why a review is told to come again.</summary>
internal enum ShedReason
{
    /// <summary>As many look-ups as allowed are under way.</summary>
    LookUps,

    /// <summary>Request bodies take all the memory that they may.</summary>
    Memory,
}
