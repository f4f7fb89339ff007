using System.CommandLine;

namespace AdmissionGuard.CommandLine;

/// <summary>The program's command line.</summary>
internal static class GuardCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var parse = Create().Parse(args);
        if (parse.Errors is [])
        {
            return await InvokeAsync(parse, Console.Error);
        }

        foreach (var error in parse.Errors)
        {
            await Console.Error.WriteLineAsync($"Error: {error.Message}");
        }

        var command = parse.CommandResult.Command is RootCommand ? "admissionguard" : $"admissionguard {parse.CommandResult.Command.Name}";
        await Console.Error.WriteLineAsync($"See '{command} --help' for usage.");
        return ExitCode.BadInput;
    }

    /// <summary>Runs what was parsed. The library's own handler would answer any exception with 1, which is a refusal.</summary>
    internal static async Task<int> InvokeAsync(ParseResult parse, TextWriter error)
    {
        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            if (parse.CommandResult.Command.Name == ServeCommand.Name)
            {
                // The host hears signals itself, and takes the time to drain; the library would end it after two seconds.
                invocation.ProcessTerminationTimeout = null;
            }

            return await parse.InvokeAsync(invocation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await error.WriteLineAsync($"Error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Broken;
        }
    }

    private static RootCommand Create() => new("AdmissionGuard makes `kubectl label ns` a complete, authorized migration between Capsule tenants.")
    {
        ServeCommand.Create(),
        CheckCommand.Create(),
        PlanCommand.Create(),
        DoctorCommand.Create(),
        UnregisterCommand.Create(),
    };
}
