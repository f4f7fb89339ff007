namespace AdmissionGuard.Server.Infrastructure;

/// <summary>What a look at the file came to.</summary>
internal enum ReloadResult
{
    /// <summary>It is as it was.</summary>
    Same,

    /// <summary>It changed, and is in force.</summary>
    Applied,

    /// <summary>It changed, and the last good one stays.</summary>
    Refused,
}
