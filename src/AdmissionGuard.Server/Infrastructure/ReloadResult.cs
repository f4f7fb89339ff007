namespace AdmissionGuard.Server.Infrastructure;

/// <summary>The result of checking the file.</summary>
internal enum ReloadResult
{
    /// <summary>It is as it was.</summary>
    Same,

    /// <summary>It changed, and is in use.</summary>
    Applied,

    /// <summary>It changed, and the last good one stays.</summary>
    Refused,
}
