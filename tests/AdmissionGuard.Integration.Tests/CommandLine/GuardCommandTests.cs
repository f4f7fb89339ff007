using System.CommandLine;
using AdmissionGuard.Commands;
using AdmissionGuard.Tools.Output;
using Shell = AdmissionGuard.Testing.Command;

namespace AdmissionGuard.Integration.Tests.CommandLine;

public sealed class GuardCommandTests
{
    [Fact]
    public async Task What_nobody_foresaw_is_one_line_and_no_refusal()
    {
        using var error = new StringWriter();

        var code = await GuardCommand.InvokeAsync(
            Throwing(new InvalidOperationException("two\nlines")).Parse([]),
            new Terminal(() => TextReader.Null, TextWriter.Null, error, isColored: false));

        Assert.Equal((70, $"Error: InvalidOperationException: two lines{error.NewLine}"), (code, error.ToString()));
    }

    [Fact]
    public async Task An_interruption_is_told_as_shells_do()
    {
        using var error = new StringWriter();

        var code = await GuardCommand.InvokeAsync(
            Throwing(new OperationCanceledException()).Parse([]),
            new Terminal(() => TextReader.Null, TextWriter.Null, error, isColored: false));

        Assert.Equal((130, ""), (code, error.ToString()));
    }

    [Theory]
    [InlineData("check --old OLD --as bob >/dev/full", 2, "Error: the result can't be written: ")]
    [InlineData("check --old OLD --as bob >&-", 2, "Error: the result can't be written: ")]
    [InlineData("check --old OLD --as bob -o json >/dev/full", 2, "Error: the result can't be written: ")]
    [InlineData("check --help >/dev/full", 2, "Error: the result can't be written: ")]
    [InlineData("check absent.yaml 2>/dev/full", 2, "")]
    [InlineData("check absent.yaml 2>&-", 2, "")]
    [InlineData("check --no-such-option 2>&-", 2, "")]
    [InlineData("serve --config absent.yaml 2>&-", 2, "")]
    [InlineData("check --old OLD --as bob 2>&- | head -1; exit ${PIPESTATUS[0]}", 0, "")]
    [InlineData("check --help | true; exit ${PIPESTATUS[0]}", 0, "")]
    public async Task What_can_not_be_written_is_no_refusal_and_no_crash(string line, int code, string words)
    {
        using var check = new CheckRun();
        var old = check.Write("old.yaml", CheckRun.Billing("oil"));

        var result = await new Shell(
            "bash",
            ["-c", $"{CheckRun.Shell} {line.Replace("OLD", CheckRun.Quote(old), StringComparison.Ordinal)}"]).RunAsync(
                TestContext.Current.CancellationToken);

        Assert.Equal((code, ""), (result.ExitCode, result.Error.StartsWith(words, StringComparison.Ordinal) ? "" : result.Error));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static RootCommand Throwing(Exception e)
    {
        var command = new RootCommand();
        command.SetAction((_, _) => Task.FromException<int>(e));
        return command;
    }
}
