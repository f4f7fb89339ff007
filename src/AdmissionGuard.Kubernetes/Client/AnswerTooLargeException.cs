namespace AdmissionGuard.Kubernetes.Client;

/// <summary>An answer is longer than any that is expected; it was not read to its end.</summary>
/// <param name="maxBytes">The most that is read, in bytes.</param>
public sealed class AnswerTooLargeException(int maxBytes) : Exception($"the API server's response is longer than {maxBytes >> 20} MiB")
{
    /// <summary>The most that is read, with its unit.</summary>
    public string Limit { get; } = $"{maxBytes >> 20} MiB";
}
