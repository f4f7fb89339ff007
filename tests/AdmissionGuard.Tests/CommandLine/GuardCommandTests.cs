using System.CommandLine;
using AdmissionGuard.CommandLine;
using AdmissionGuard.Tests.Checking;

using Shell = AdmissionGuard.TestCluster.Command;

namespace AdmissionGuard.Tests.CommandLine;

public sealed class GuardCommandTests
{
    [Fact]
    public async Task What_nobody_foresaw_is_one_line_and_no_refusal()
    {
        using var error = new StringWriter();

        var code = await GuardCommand.InvokeAsync(Throwing(new InvalidOperationException("two\nlines")).Parse([]), TextWriter.Null, error);

        Assert.Equal((70, $"Error: InvalidOperationException: two lines{error.NewLine}"), (code, error.ToString()));
    }

    [Fact]
    public async Task An_interruption_is_told_as_shells_do()
    {
        using var error = new StringWriter();

        var code = await GuardCommand.InvokeAsync(Throwing(new OperationCanceledException()).Parse([]), TextWriter.Null, error);

        Assert.Equal((130, ""), (code, error.ToString()));
    }

    [Fact]
    public async Task A_result_that_can_not_be_written_is_no_refusal()
    {
        using var check = new CheckRun();
        var old = check.Write("old.yaml", CheckRun.Billing("oil"));

        var result = await new Shell("bash", ["-c", $"{CheckRun.Typed} check --old {CheckRun.Quote(old)} --as bob >/dev/full"]).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(70, result.ExitCode);
        Assert.Matches("^Error: IOException: [^\n]+\n$", result.Error);
    }

    private static RootCommand Throwing(Exception e)
    {
        var command = new RootCommand();
        command.SetAction((_, _) => Task.FromException<int>(e));
        return command;
    }
}
