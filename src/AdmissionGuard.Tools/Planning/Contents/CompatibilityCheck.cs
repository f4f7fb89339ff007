namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>Something that the namespace brings along, beside what the target allows.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Fit">Whether it fits.</param>
/// <param name="Words">In words.</param>
internal readonly record struct CompatibilityCheck(string Subject, Compatibility Fit, string Words);

/// <summary>Whether something fits its new tenant. Nothing of this refuses the label.</summary>
internal enum Compatibility
{
    /// <summary>It does, or the tenant does not say.</summary>
    Fits,

    /// <summary>It does not.</summary>
    Unfit,

    /// <summary>It could not be found out.</summary>
    Unknown,
}
