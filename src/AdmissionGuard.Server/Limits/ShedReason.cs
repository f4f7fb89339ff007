namespace AdmissionGuard.Server.Limits;

/// <summary>Why a review is shed.</summary>
internal enum ShedReason
{
    /// <summary>As many lookups as allowed are in progress.</summary>
    LookUps,

    /// <summary>Request bodies take all the memory that they may.</summary>
    Memory,
}
