namespace AdmissionGuard.Tools.Output;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>A request would be refused, or a case is not as expected.</summary>
    public const int Refused = 1;

    public const int BadInput = 2;

    /// <summary>The cluster is unreachable, or can't be read.</summary>
    public const int Unreachable = 3;

    /// <summary>An unexpected error: EX_SOFTWARE of <c>sysexits.h</c>, which no script takes for a refusal.</summary>
    public const int Broken = 70;

    /// <summary>Interrupted, as shells have it: 128 and SIGINT.</summary>
    public const int Interrupted = 130;
}
