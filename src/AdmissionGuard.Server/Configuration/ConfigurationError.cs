namespace AdmissionGuard.Server.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Where"><c>FILE:LINE</c>, the environment variable, or the flag.</param>
/// <param name="Path">The setting; empty where it is the file itself.</param>
/// <param name="Words">What is wrong with it.</param>
internal sealed record ConfigurationError(string Where, string Path, string Words)
{
    private const int MostTold = 20;

    /// <inheritdoc />
    public override string ToString() => Path.Length == 0 ? $"{Where}: {Words}" : $"{Where}: {Path}: {Words}";

    /// <summary>The errors as lines, the first of very many.</summary>
    public static IEnumerable<string> Tell(IReadOnlyCollection<ConfigurationError> errors, int most = MostTold) =>
        errors.Count <= most
            ? errors.Select(error => error.ToString())
            : [.. errors.Take(most).Select(error => error.ToString()), $"and {errors.Count - most} more"];
}

/// <summary>The configuration can't be used.</summary>
/// <param name="errors">Everything that is wrong with it, not just the first.</param>
internal sealed class ConfigurationException(IReadOnlyCollection<ConfigurationError> errors) : Exception(string.Join('\n', ConfigurationError.Tell(errors)))
{
    public IReadOnlyCollection<ConfigurationError> Errors => errors;
}
