namespace AdmissionGuard.Tools.Cluster;

/// <summary>Quotes words for a shell.</summary>
internal static class ShellQuoting
{
    /// <summary>The word, in quotes where it needs them.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
