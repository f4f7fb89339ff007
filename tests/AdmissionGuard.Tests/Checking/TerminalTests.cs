using System.Diagnostics;
using AdmissionGuard.TestCluster;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tests.Checking;

public sealed class TerminalTests : IDisposable
{
    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Theory]
    [InlineData(true, "xterm", null, true)]
    [InlineData(true, "xterm", "", true)]
    [InlineData(true, "xterm", "1", false)]
    [InlineData(true, "dumb", null, false)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "xterm", null, false)]
    public void Colors_are_for_terminals_and_for_who_did_not_say_NO_COLOR(
        bool isTerminal, string? term, string? noColor, bool isColored) => Assert.Equal(
        isColored,
        Terminal.WantsColor(isTerminal, name => name == "TERM" ? term : name == "NO_COLOR" ? noColor : null));

    /// <summary><c>script</c>, of every Debian's bsdutils, gives the program a terminal.</summary>
    [Fact]
    public async Task On_a_terminal_a_refusal_is_red_and_NO_COLOR_is_kept()
    {
        var command = $"{CheckRun.Typed} check --new {CheckRun.Quote(_check.Write("new.yaml", CheckRun.Billing("oil")))} --as bob";

        var colored = await OnTerminalAsync(command, new(StringComparer.Ordinal) { ["TERM"] = "xterm" });
        var plain = await OnTerminalAsync(command, new(StringComparer.Ordinal) { ["TERM"] = "xterm", ["NO_COLOR"] = "1" });

        Assert.Contains("Verdict:     \e[31mdeny\e[0m (403 Forbidden", colored, StringComparison.Ordinal);
        Assert.Contains("Verdict:     deny (403 Forbidden", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[3", plain, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_is_aligned_as_kubectls() => Assert.Equal(
        ["NAME     VERDICT   RESULT", "a        allow     pass", "longer   deny      FAIL"],
        Table.Lines([["NAME", "VERDICT", "RESULT"], ["a", "allow", "pass"], ["longer", "deny", "FAIL"]], _ => TerminalColor.None)
            .Select(line => string.Concat(line.Parts.Select(part => part.Text))));

    [Fact]
    public async Task Completion_names_commands_options_and_their_values()
    {
        Assert.Contains("check", await SuggestAsync("ch"), StringComparison.Ordinal);
        Assert.Contains("--tenants", await SuggestAsync("check --ten"), StringComparison.Ordinal);
        Assert.Equal("json\n", await SuggestAsync("check -o js"));
        Assert.Equal("finalize\nstatus\n", await SuggestAsync("check --subresource "));
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
