namespace AdmissionGuard.Kubernetes;

/// <summary>Tells names that a file can have: for others, .NET throws exceptions that are not those of files.</summary>
public static class FileName
{
    /// <summary>Whether a file can have a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is not empty, and without NUL.</returns>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal);
    }
}
