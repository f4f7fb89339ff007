using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AdmissionGuard.Server.Hosting;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Checking.Output;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands;

/// <summary><c>admissionguard version</c>.</summary>
internal static class VersionCommand
{
    private const string Description = """
        Print the version of this program. No cluster is contacted.

        Examples:
          # The version, the commit that it was built from (if known) and the platform
          admissionguard version

          # For a script
          admissionguard version -o json | jq -r .clientVersion.gitVersion

        Exit codes: 0 printed; 2 invalid input; 70 unexpected error.
        """;

    public static Command Create(Terminal terminal)
    {
        var output = new Option<string>(
            "--output", "-o") { HelpName = "table|json|yaml", Description = "Output format", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var command = new Command("version", Description) { output };
        command.SetAction(parse =>
        {
            terminal.Write(parse.GetValue(output) switch
            {
                "json" => CheckReport.Lines(Serialize(), OutputFormat.Json),
                "yaml" => CheckReport.Lines(Serialize(), OutputFormat.Yaml),
                _ => Lines(),
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static string Platform =>
        $"{(OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : "windows")}/{Architecture}";

    // As Go and container images name it.
    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The version, and the commit that follows a plus sign if the build knew it.</summary>
    internal static (string Version, string Commit) Split(string informational) =>
        informational.IndexOf('+', StringComparison.Ordinal) is >= 0 and var at
            ? (informational[..at], informational[(at + 1)..])
            : (informational, "");

    private static (string Version, string Commit) Own() => Split(BuildVersion.Text);

    private static IEnumerable<StyledLine> Lines()
    {
        var (version, commit) = Own();
        yield return $"Version:   {version}";
        if (commit.Length > 0)
        {
            yield return $"Commit:    {commit}";
        }

        yield return $"Platform:  {Platform}";
    }

    private static JsonObject Serialize()
    {
        var (version, commit) = Own();
        var client = new JsonObject { ["gitVersion"] = version, ["platform"] = Platform };
        if (commit.Length > 0)
        {
            client.Insert(1, "gitCommit", commit);
        }

        return new JsonObject { ["clientVersion"] = client };
    }
}
