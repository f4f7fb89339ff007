namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>How something is.</summary>
internal enum Health
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
/// <param name="Fix">What mends it; <see langword="null"/> where nothing is to be mended.</param>
internal sealed record Diagnosis(Health Health, string Words, Fix? Fix = null)
{
    public static Diagnosis Ok(string words) => new(Health.Ok, words);

    public static Diagnosis Warning(string words, Fix fix) => new(Health.Warning, words, fix);

    public static Diagnosis Failed(string words, Fix fix) => new(Health.Failed, words, fix);

    public static Diagnosis Unknown(string words, Fix fix) => new(Health.Unknown, words, fix);
}

/// <summary>What mends something.</summary>
/// <param name="Words">What is to be done, or what the commands do; may be empty where there are commands.</param>
/// <param name="Commands">Commands of a shell, from the top of the repository; often none.</param>
internal sealed record Fix(string Words, params IReadOnlyList<string> Commands);
