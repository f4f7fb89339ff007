namespace AdmissionGuard.Tests.CommandLine;

/// <summary>The documentation knows every command, and every command that people run connects in the same way.</summary>
public sealed class CommandPagesTests
{
    public static TheoryData<string> Commands() => [.. InProcessCommand.Commands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_a_heading_or_a_page_in_the_documentation(string command)
    {
        var folder = Repository.File("deploy", "docs");
        var lines = Directory.EnumerateFiles(folder, "*.md")
            .Where(file => Path.GetFileName(file) != "upgrading.md")
            .SelectMany(File.ReadAllLines);

        Assert.Contains(
            lines,
            line => line.Contains($"`admissionguard {command}", StringComparison.Ordinal)
                || line.StartsWith($"admissionguard {command}", StringComparison.Ordinal));
    }
}
