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
            return await parse.InvokeAsync();
        }

        foreach (var error in parse.Errors)
        {
            await Console.Error.WriteLineAsync($"Error: {error.Message}");
        }

        var command = parse.CommandResult.Command is RootCommand ? "admissionguard" : $"admissionguard {parse.CommandResult.Command.Name}";
        await Console.Error.WriteLineAsync($"See '{command} --help' for usage.");
        return ExitCode.BadInput;
    }

    private static RootCommand Create() => new("AdmissionGuard makes `kubectl label ns` a complete, authorized migration between Capsule tenants.")
    {
        ServeCommand.Create(),
        CheckCommand.Create(),
        PlanCommand.Create(),
    };
}
