namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>How something is.</summary>
internal enum CheckStatus
{
    Ok,

    /// <summary>It works, and should be better.</summary>
    Warning,

    /// <summary>Something does not work, or is not safe.</summary>
    Failed,

    /// <summary>It could not be read.</summary>
    Unknown,
}

/// <summary>What a check found.</summary>
/// <param name="Health">How it is.</param>
/// <param name="Words">In words.</param>
/// <param name="Remediation">What mends it; <see langword="null"/> where nothing is to be mended.</param>
internal sealed record CheckResult(CheckStatus Health, string Words, Remediation? Remediation = null)
{
    public static CheckResult Ok(string words) => new(CheckStatus.Ok, words);

    public static CheckResult Warning(string words, Remediation remediation) => new(CheckStatus.Warning, words, remediation);

    public static CheckResult Failed(string words, Remediation remediation) => new(CheckStatus.Failed, words, remediation);

    public static CheckResult Unknown(string words, Remediation remediation) => new(CheckStatus.Unknown, words, remediation);
}

/// <summary>What mends something.</summary>
/// <param name="Words">What is to be done, or what the commands do; may be empty where there are commands.</param>
/// <param name="Commands">Commands of a shell, from the top of the repository; often none.</param>
internal sealed record Remediation(string Words, params IReadOnlyList<string> Commands);
