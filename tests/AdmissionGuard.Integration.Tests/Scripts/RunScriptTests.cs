using System.Text.RegularExpressions;

namespace AdmissionGuard.Integration.Tests.Scripts;

/// <summary><c>tests/run.sh</c> with a <c>dotnet</c> of the test's own, so that no test runs twice.</summary>
public sealed partial class RunScriptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_command_of_the_contributing_page_selects_one_class()
    {
        var page = await File.ReadAllTextAsync(Repository.File("deploy", "docs", "contributing.md"), TestContext.Current.CancellationToken);
        var command = Assert.Single(CommandForOneClass().Matches(page));

        var result = await RunAsync(command.Value.Trim('`'), "  total: 2\n  failed: 0\n  succeeded: 2");

        Assert.Equal((0, "2 passed, 0 failed"), (result.ExitCode, LastLine(result)));
        var calls = await File.ReadAllLinesAsync(At("calls"), TestContext.Current.CancellationToken);
        Assert.StartsWith("<build> <AdmissionGuard.sln>", calls[0], StringComparison.Ordinal);
        // The class is in one of the projects. The others have no test for it, which is no failure.
        Assert.EndsWith($" <--ignore-exit-code> <8> <--filter-class> <*{command.Groups["class"].Value}>", calls[1], StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(
            Repository.File("tests"), $"{command.Groups["class"].Value}.cs", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("  failed: 0\n  succeeded: 40\n  failed: 0\n  succeeded: 2", 0, 0, "42 passed, 0 failed")]
    [InlineData("  failed: 1\n  succeeded: 40\n  failed: 2\n  succeeded: 2", 2, 2, "42 passed, 3 failed")]
    [InlineData("  failed: 0\n  succeeded: 0", 0, 8, "0 passed, 0 failed")]
    [InlineData("the test host crashed", 134, 134, "0 passed, 0 failed")]
    public async Task The_last_line_has_the_sums_and_the_exit_code_is_that_of_dotnet_unless_no_test_ran(
        string output, int code, int expected, string lastLine)
    {
        var result = await RunAsync("tests/run.sh", output, code);

        Assert.Equal((expected, lastLine), (result.ExitCode, LastLine(result)));
    }

    [Theory]
    [InlineData("tests/run.sh", " <--filter-not-trait> <Category=All>")]
    [InlineData("tests/run.sh --all", " <--max-parallel-test-modules> <1>")]
    [InlineData("tests/run.sh --all --filter-class '*A'", " <1> <--ignore-exit-code> <8> <--filter-class> <*A>")]
    public async Task What_takes_long_runs_on_request_only(string command, string arguments)
    {
        await RunAsync(command, "  failed: 0\n  succeeded: 1");

        var calls = await File.ReadAllLinesAsync(At("calls"), TestContext.Current.CancellationToken);
        Assert.EndsWith(arguments, calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_build_is_one_failed_test()
    {
        var result = await RunAsync("tests/run.sh", "", buildCode: 1);

        Assert.Equal((1, "0 passed, 1 failed"), (result.ExitCode, LastLine(result)));
        Assert.Single(await File.ReadAllLinesAsync(At("calls"), TestContext.Current.CancellationToken));
    }

    private static string LastLine(CommandResult result) => result.Output.TrimEnd('\n').Split('\n')[^1];

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private async Task<CommandResult> RunAsync(string command, string output, int code = 0, int buildCode = 0)
    {
        await File.WriteAllTextAsync(At("output"), $"{output}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            At("dotnet"),
            $$"""
            #!/bin/bash
            here=${0%/*}
            line=$(printf ' <%s>' "$@")
            echo "${line:1}" >>"$here/calls"
            [[ $1 != build ]] || exit {{buildCode}}
            cat "$here/output"
            exit {{code}}
            """,
            TestContext.Current.CancellationToken);
        File.SetUnixFileMode(At("dotnet"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return await new Command("bash", ["-c", $"cd {CheckRun.Quote(Repository.Root)} && {command}"])
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                // So that no control plane is built.
                ["KUBEBUILDER_ASSETS"] = _folder.FullName,
            },
        }.RunAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex(@"`tests/run\.sh --filter-class '\*(?<class>\w+)'`", RegexOptions.ExplicitCapture)]
    private static partial Regex CommandForOneClass();
}
