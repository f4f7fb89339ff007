namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The bytes are not an AdmissionReview that can be answered: the uid is missing, or the request can't be parsed.</summary>
/// <param name="message">What is wrong, and where.</param>
public sealed class BadReviewException(string message) : Exception(message);
