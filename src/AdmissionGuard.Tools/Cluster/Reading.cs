namespace AdmissionGuard.Tools.Cluster;

/// <summary>The result of reading something.</summary>
/// <typeparam name="T">What is read.</typeparam>
internal abstract record Reading<T>
{
    private Reading()
    {
    }

    /// <summary>It was read.</summary>
    public sealed record Read(T Value) : Reading<T>;

    /// <summary>It does not exist.</summary>
    /// <param name="IsServed">Whether the API server knows its kind.</param>
    public sealed record Absent(bool IsServed) : Reading<T>;

    /// <summary>It could not be read.</summary>
    /// <param name="Why">In a few words.</param>
    public sealed record Failed(string Why) : Reading<T>;
}
