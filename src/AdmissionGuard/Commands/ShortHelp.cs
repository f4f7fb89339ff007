using System.CommandLine;
using System.CommandLine.Invocation;

namespace AdmissionGuard.Commands;

/// <summary>Help whose list of commands has one line for each: the first sentence of its description.</summary>
/// <param name="help">Prints the help.</param>
internal sealed class ShortHelp(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return help.Invoke(parseResult);
        }

        // The commands are made anew for each run of the program.
        foreach (var command in root.Subcommands)
        {
            command.Description = FirstSentence(command.Description ?? "");
        }

        var code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(
            "Use \"admissionguard <command> --help\" for the options of a command, and for examples.");
        return code;
    }

    /// <summary>The first sentence of a text, which ends at a line's end or before another one.</summary>
    internal static string FirstSentence(string text)
    {
        var line = text.Split('\n')[0].TrimEnd();
        return line.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? line[..(end + 1)] : line;
    }
}
