namespace AdmissionGuard.Tools.Capsule;

/// <summary>What somebody beside the guard makes of the request.</summary>
/// <param name="Words">In words.</param>
/// <param name="IsAgainst">Whether it certainly would not go through.</param>
internal sealed record Prediction(string Words, bool IsAgainst);
