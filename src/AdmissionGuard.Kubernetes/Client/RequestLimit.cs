using AdmissionGuard.Core;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>How long a single call of a command may take, tries included.</summary>
/// <param name="Time">The time.</param>
/// <param name="Flag">The flag that sets it, for the message of a call that took longer.</param>
public sealed record RequestLimit(TimeSpan Time, string Flag)
{
    /// <summary>As the message shows it: <c>30s (--request-timeout)</c>.</summary>
    /// <returns>The time and the flag.</returns>
    public override string ToString() => $"{DurationText.Format(Time)} ({Flag})";
}
