namespace AdmissionGuard.Kubernetes.Infrastructure;

/// <summary>The result of a reload.</summary>
public enum ReloadResult
{
    /// <summary>Nothing changed since the last reload.</summary>
    Same,

    /// <summary>The source changed, and its new value is in use.</summary>
    Applied,

    /// <summary>The source changed and is invalid. The last valid value stays in use.</summary>
    Refused,
}
