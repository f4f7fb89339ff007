namespace AdmissionGuard.Kubernetes;

/// <summary>What makes a write fail where another client wrote the object since it was read.</summary>
/// <remarks>Source: Kubernetes, API conventions, "Concurrency control and consistency".</remarks>
internal static class ResourceVersion
{
    /// <summary>
    /// Whether a write that carries it is conditional: without one, or with <c>0</c>, the API server overwrites whatever is there.
    /// </summary>
    /// <param name="version">The <c>metadata.resourceVersion</c>.</param>
    public static bool IsConditional([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? version) =>
        version is { Length: > 0 } and not "0";
}
