namespace AdmissionGuard.Tools.Planning;

/// <summary>The plan can't be made; the error is one line.</summary>
/// <param name="message">Why.</param>
/// <param name="exitCode">What the program ends with.</param>
internal sealed class PlanException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;

    /// <summary>The input is invalid.</summary>
    public static PlanException BadInput(string message) => new(message, Tools.Output.ExitCode.BadInput);

    /// <summary>The cluster is unreachable, or can't be read.</summary>
    public static PlanException Unreachable(string message) => new(message, Tools.Output.ExitCode.Unreachable);
}
