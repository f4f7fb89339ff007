using AdmissionGuard.Core;

namespace AdmissionGuard.Kubernetes;

/// <summary>What reading something from the API server came to.</summary>
/// <typeparam name="T">What is read.</typeparam>
public abstract record ReadResult<T>
{
    private ReadResult()
    {
    }

    /// <summary>It was read.</summary>
    /// <param name="Value">What was read.</param>
    public sealed record Found(T Value) : ReadResult<T>;

    /// <summary>It does not exist.</summary>
    /// <param name="IsServed">Whether the API server serves its resource at all.</param>
    public sealed record NotFound(bool IsServed) : ReadResult<T>;

    /// <summary>Nothing is known of it: the question may be asked again.</summary>
    /// <param name="Failure">What went wrong.</param>
    public sealed record Failed(ApiFailure Failure) : ReadResult<T>;
}
