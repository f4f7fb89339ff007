namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>The bytes are no AdmissionReview that can be answered: there is no uid to answer to, or no telling what was asked.</summary>
/// <param name="message">What is wrong, and where.</param>
public sealed class BadReviewException(string message) : Exception(message);
