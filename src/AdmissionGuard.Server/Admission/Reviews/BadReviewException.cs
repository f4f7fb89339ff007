namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The bytes are no AdmissionReview that can be answered: there is no uid to answer to, or no telling what was asked.</summary>
/// <param name="what">What is wrong.</param>
/// <param name="position">Where, in bytes from the beginning of the body; <see langword="null"/> where it is no one place.</param>
public sealed class BadReviewException(string what, long? position = null) : Exception(position is { } at ? $"byte {at}: {what}" : what)
{
    /// <summary>What is wrong, without the place.</summary>
    public string What => what;
}
