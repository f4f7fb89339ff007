namespace AdmissionGuard.Server.Configuration;

/// <summary>One error in the configuration.</summary>
/// <param name="Where"><c>FILE:LINE</c>, the environment variable, or the flag; empty if it is named elsewhere.</param>
/// <param name="Path">The setting; empty if it is the file itself.</param>
/// <param name="Message">The error.</param>
internal sealed record ConfigurationError(string Where, string Path, string Message)
{
    private const int MaxLines = 20;

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(": ", new[] { Where, Path, Message }.Where(part => part.Length > 0));

    /// <summary>The errors as lines, up to a maximum.</summary>
    public static IEnumerable<string> ToLines(IReadOnlyCollection<ConfigurationError> errors, int most = MaxLines) =>
        errors.Count <= most
            ? errors.Select(error => error.ToString())
            : [.. errors.Take(most).Select(error => error.ToString()), $"and {errors.Count - most} more"];
}

/// <summary>The configuration can't be used.</summary>
/// <param name="errors">All errors, not only the first.</param>
internal sealed class ConfigurationException(IReadOnlyCollection<ConfigurationError> errors)
    : Exception(string.Join('\n', ConfigurationError.ToLines(errors)))
{
    public IReadOnlyCollection<ConfigurationError> Errors => errors;
}
