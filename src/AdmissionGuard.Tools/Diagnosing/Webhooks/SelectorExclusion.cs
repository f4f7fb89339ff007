namespace AdmissionGuard.Tools.Diagnosing.Webhooks;

/// <summary>Which namespaces a <c>namespaceSelector</c> excludes from a webhook, beyond those that <c>deploy/</c> excludes.</summary>
internal enum SelectorExclusion
{
    /// <summary>None, or those that GKE Autopilot manages, by their names: it writes them into every selector.</summary>
    None,

    /// <summary>
    /// Those with labels of AKS, whose admissions enforcer writes them into every selector. Whoever may label a namespace can set them.
    /// </summary>
    AzureLabels,

    /// <summary>Others.</summary>
    Namespaces,
}
