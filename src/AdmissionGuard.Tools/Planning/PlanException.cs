namespace AdmissionGuard.Tools.Planning;

/// <summary>There is no plan to be made: told in one line.</summary>
/// <param name="message">Why.</param>
/// <param name="exitCode">What the program ends with.</param>
internal sealed class PlanException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>What was given can't be meant.</summary>
    public static PlanException BadInput(string message) => new(message, Tools.Output.ExitCode.BadInput);

    /// <summary>The cluster is away, or does not tell.</summary>
    public static PlanException Unreachable(string message) => new(message, Tools.Output.ExitCode.Unreachable);
}
