using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary>The program's command line.</summary>
internal static class GuardCommand
{
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var parse = Create(terminal).Parse(args);
        if (parse.Errors is [])
        {
            return await InvokeAsync(parse, terminal);
        }

        var command = parse.CommandResult.Command is RootCommand ? "admissionguard" : $"admissionguard {parse.CommandResult.Command.Name}";
        terminal.Fail(parse.Errors.Select(error => error.Message), ExitCode.BadInput);
        terminal.Tell($"See '{command} --help' for usage.");
        return ExitCode.BadInput;
    }

    /// <summary>Runs what was parsed. The library's own handler would exit with 1 for any exception, which means denied.</summary>
    internal static async Task<int> InvokeAsync(ParseResult parse, Terminal terminal)
    {
        try
        {
            using LineWriter output = new(line => terminal.Write(line)), error = new(terminal.Tell);
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error };
            if (parse.CommandResult.Command.Name == ServeCommand.Name)
            {
                // The host handles signals itself, and needs time to drain; the library would end it after two seconds.
                invocation.ProcessTerminationTimeout = null;
            }

            return await parse.InvokeAsync(invocation);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (OutputException e)
        {
            return terminal.Fail([e.Message], ExitCode.BadInput);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return terminal.Fail([$"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}"], ExitCode.Broken);
        }
    }

    internal static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("AdmissionGuard makes `kubectl label ns` a complete, authorized migration between Capsule tenants.")
        {
            ServeCommand.Create(terminal),
            CheckCommand.Create(terminal),
            PlanCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            RegisterCommand.Create(terminal),
            UnregisterCommand.Create(terminal),
            CompletionCommand.Create(terminal),
            VersionCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ShortHelp((SynchronousCommandLineAction)help.Action!);
        var suggest = root.Directives.OfType<SuggestDirective>().Single();
        suggest.Action = new SuggestAction(suggest);
        return root;
    }
}
