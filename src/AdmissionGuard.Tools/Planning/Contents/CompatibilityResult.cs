namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>The compatibility of one kind of contents with the target.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Fit">Whether it fits.</param>
/// <param name="Message">The message.</param>
internal readonly record struct CompatibilityResult(string Subject, Compatibility Fit, string Message);

/// <summary>Whether something is compatible with the new tenant. Incompatibilities do not refuse the label.</summary>
internal enum Compatibility
{
    /// <summary>It is compatible, or the tenant has no restriction.</summary>
    Fits,

    /// <summary>It is not compatible.</summary>
    Unfit,

    /// <summary>It is unknown.</summary>
    Unknown,
}
