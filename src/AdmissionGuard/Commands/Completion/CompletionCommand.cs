using System.CommandLine;
using System.Collections.Immutable;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands.Completion;

/// <summary><c>admissionguard completion</c>.</summary>
internal static class CompletionCommand
{
    private const string Description = """
        Print a script that completes admissionguard's commands, options and values in a shell.

        The script asks the program. It completes file names, the contexts of the kubeconfig, and the namespaces and tenants
        of the cluster, if they can be listed within two seconds. All else works without a cluster.

        Examples:
          # bash: in this shell, and in every new one
          source <(admissionguard completion bash)
          echo 'source <(admissionguard completion bash)' >>~/.bashrc

          # zsh, after compinit
          source <(admissionguard completion zsh)

          # fish
          admissionguard completion fish >~/.config/fish/completions/admissionguard.fish

          # PowerShell: in this shell; add the line to $PROFILE for every new one
          admissionguard completion powershell | Out-String | Invoke-Expression

        Exit codes: 0 printed; 2 invalid input; 70 unexpected error.
        """;

    /// <summary>The shells, each with the ending of its script's file.</summary>
    public static ImmutableDictionary<string, string> Shells { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["bash"] = "bash",
        ["fish"] = "fish",
        ["powershell"] = "ps1",
        ["zsh"] = "zsh",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public static Command Create(Terminal terminal)
    {
        string[] names = [.. Shells.Keys.Order(StringComparer.Ordinal)];
        var shell = new Argument<string>("SHELL") { HelpName = string.Join('|', names), Description = "The shell" };
        shell.AcceptOnlyFromAmong(names);
        var command = new Command("completion", Description) { shell };
        command.SetAction(parse =>
        {
            terminal.Write(Script(parse.GetRequiredValue(shell)).TrimEnd('\n').Split('\n').Select(line => (StyledLine)line));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The script of a shell.</summary>
    internal static string Script(string shell)
    {
        using var resource = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion.{Shells[shell]}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
