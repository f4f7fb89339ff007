using AdmissionGuard.Commands;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Testing;

/// <summary>A command line as the program takes it, without a process of its own, for what is asked many times.</summary>
internal static class InProcessCommand
{
    /// <summary>Every command that there is.</summary>
    public static IEnumerable<System.CommandLine.Command> Commands =>
        GuardCommand.Create(new Terminal(() => TextReader.Null, TextWriter.Null, TextWriter.Null, isColored: false)).Subcommands;

    public static async Task<CommandResult> RunAsync(string[] arguments, string input = "")
    {
        using StringWriter output = new(), error = new();
        // Progress is told from elsewhere.
        var terminal = new Terminal(() => new StringReader(input), output, TextWriter.Synchronized(error), isColored: false);
        var code = await GuardCommand.RunAsync(arguments, terminal);
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
