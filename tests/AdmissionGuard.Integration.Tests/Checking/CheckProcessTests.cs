using System.Diagnostics;

namespace AdmissionGuard.Integration.Tests.Checking;

/// <summary><c>admissionguard check</c> in a process of its own, with its environment, terminal and standard input.</summary>
public sealed class CheckProcessTests : IDisposable
{
    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task The_environment_configures_a_request_but_no_case()
    {
        _check.Environment["ADMISSIONGUARD__MODE"] = "audit";

        var request = await _check.MoveAsync("alice");
        var cases = await _check.RunAsync(Path.Combine(CheckRun.Cluster, "..", "01-migrate"));

        Assert.Equal(0, request.ExitCode);
        Assert.Contains("Tolerated:   alice may not move", request.Output, StringComparison.Ordinal);
        Assert.Equal(0, cases.ExitCode);
    }

    [Fact]
    public async Task Nothing_is_colored_where_output_is_no_terminal()
    {
        _check.Environment["TERM"] = "xterm-256color";

        Assert.DoesNotContain('\e', (await _check.MoveAsync("mover")).Output);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_bad_input_and_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_check.Folder, "cases", "closed"));
        File.SetUnixFileMode(folder.FullName, UnixFileMode.None);
        try
        {
            // Root reads every folder, unless it gives that capability up.
            string[] withoutIt = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : ["env"];

            var answer = await new Command(
                withoutIt[0], [.. withoutIt[1..], "dotnet", CheckRun.Program, "check", Path.Combine(_check.Folder, "cases")])
                .RunAsync(TestContext.Current.CancellationToken);

            Assert.Equal(2, answer.ExitCode);
            Assert.Contains("closed", answer.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary><c>script</c>, of every Debian's bsdutils, gives the program a terminal.</summary>
    [Fact]
    public async Task On_a_terminal_a_refusal_is_red_and_NO_COLOR_is_kept()
    {
        var command = $"{CheckRun.Shell} check --new {CheckRun.Quote(_check.Write("new.yaml", CheckRun.Billing("oil")))} --as bob";

        var colored = await OnTerminalAsync(command, new(StringComparer.Ordinal) { ["TERM"] = "xterm" });
        var plain = await OnTerminalAsync(command, new(StringComparer.Ordinal) { ["TERM"] = "xterm", ["NO_COLOR"] = "1" });

        Assert.Contains("Verdict:     \e[31mdeny\e[0m (403 Forbidden", colored, StringComparison.Ordinal);
        Assert.Contains("Verdict:     deny (403 Forbidden", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_names_commands_options_and_their_values()
    {
        Assert.Contains("check", await SuggestAsync("ch"), StringComparison.Ordinal);
        Assert.Contains("--tenants", await SuggestAsync("check --ten"), StringComparison.Ordinal);
        Assert.Equal("json\n", await SuggestAsync("check -o js"));
        Assert.Equal("finalize\nstatus\n", await SuggestAsync("check --subresource "));
    }

    [Fact]
    public async Task Standard_input_that_is_closed_is_named()
    {
        var answer = await ShellAsync("check - <&-");

        Assert.Equal((2, "Error: -: can't be read: standard input is closed\n"), (answer.ExitCode, answer.Error));
    }

    [Fact]
    public async Task A_shells_own_pipe_is_a_file()
    {
        var file = _check.Write("a.yaml", """
            apiVersion: admissionguard.io/v1alpha1
            kind: Case
            name: a
            description: A namespace of no tenant.
            user: mover
            new: {metadata: {name: billing}}
            expect: {verdict: allow}
            """);

        var answer = await ShellAsync($"check <(cat {CheckRun.Quote(file)})");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
    }

    private static async Task<CommandResult> ShellAsync(string command)
    {
        // Ends the command too, where it waits.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        return await new Command("bash", ["-c", $"exec {CheckRun.Shell} {command}"]).RunAsync(limit.Token);
    }

    private static async Task<string> SuggestAsync(string line) =>
        (await new Command("dotnet", [CheckRun.Program, $"[suggest:{line.Length}]", line]).RunAsync(
            TestContext.Current.CancellationToken)).Output;

    private static async Task<string> OnTerminalAsync(string command, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(
            "script", ["-qec", command, "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }
}
