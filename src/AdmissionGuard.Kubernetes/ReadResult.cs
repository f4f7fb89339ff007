using AdmissionGuard.Core;

namespace AdmissionGuard.Kubernetes;

/// <summary>The result of reading something from the API server.</summary>
/// <typeparam name="T">The value.</typeparam>
public abstract record ReadResult<T>
{
    private ReadResult()
    {
    }

    /// <summary>It was read.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Found(T Value) : ReadResult<T>;

    /// <summary>It does not exist.</summary>
    /// <param name="IsServed">Whether the API server serves its resource at all.</param>
    public sealed record NotFound(bool IsServed) : ReadResult<T>;

    /// <summary>The request failed; it can be repeated.</summary>
    /// <param name="Failure">The failure.</param>
    public sealed record Failed(ApiFailure Failure) : ReadResult<T>;
}
