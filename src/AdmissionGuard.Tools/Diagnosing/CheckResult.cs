namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>The status of a check.</summary>
internal enum CheckStatus
{
    Ok,

    /// <summary>It works, but should be improved.</summary>
    Warning,

    /// <summary>Something does not work, or is not safe.</summary>
    Failed,

    /// <summary>It could not be read.</summary>
    Unknown,
}

/// <summary>What a check found.</summary>
/// <param name="Health">How it is.</param>
/// <param name="Message">The message.</param>
/// <param name="Remediation">What fixes it; <see langword="null"/> if nothing is to be fixed.</param>
internal sealed record CheckResult(CheckStatus Health, string Message, Remediation? Remediation = null)
{
    public static CheckResult Ok(string words) => new(CheckStatus.Ok, words);

    public static CheckResult Warning(string words, Remediation remediation) => new(CheckStatus.Warning, words, remediation);

    public static CheckResult Failed(string words, Remediation remediation) => new(CheckStatus.Failed, words, remediation);

    public static CheckResult Unknown(string words, Remediation remediation) => new(CheckStatus.Unknown, words, remediation);
}

/// <summary>What fixes something.</summary>
/// <param name="Message">What to do, or what the commands do; may be empty if there are commands.</param>
/// <param name="Commands">Commands of a shell, from the top of the repository; often none.</param>
internal sealed record Remediation(string Message, params IReadOnlyList<string> Commands);
