namespace AdmissionGuard.Tools.Capsule;

/// <summary>The predicted result of another admission check.</summary>
/// <param name="Message">The message.</param>
/// <param name="IsRefused">Whether the request would certainly be refused.</param>
internal sealed record Prediction(string Message, bool IsRefused);
