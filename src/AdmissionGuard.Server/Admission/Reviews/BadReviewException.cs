namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The bytes are not an AdmissionReview that can be answered: the uid is missing, or the request can't be parsed.</summary>
/// <param name="what">What is wrong.</param>
/// <param name="position">The offset in the body, in bytes; <see langword="null"/> if it has no single place.</param>
public sealed class BadReviewException(string what, long? position = null) : Exception(position is { } at ? $"byte {at}: {what}" : what)
{
    /// <summary>What is wrong, without the offset.</summary>
    public string What => what;
}
