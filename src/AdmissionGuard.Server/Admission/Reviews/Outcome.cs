namespace AdmissionGuard.Server.Admission.Reviews;

/// <summary>A review and its answer.</summary>
internal readonly record struct Outcome(Review Review, AdmissionAnswer Answer);
