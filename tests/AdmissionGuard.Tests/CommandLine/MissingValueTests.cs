using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tests.CommandLine;

/// <summary>Options whose value is missing, or given once too often: on every command, whatever options it has.</summary>
public sealed class MissingValueTests
{
    public static TheoryData<string, string> Options()
    {
        var options = new TheoryData<string, string>();
        foreach (var command in InProcessCommand.Commands)
        {
            foreach (var option in command.Options.Where(option => option.Arity.MinimumNumberOfValues > 0))
            {
                options.Add(command.Name, option.Name);
            }
        }

        return options;
    }

    [Theory]
    [MemberData(nameof(Options))]
    public async Task An_option_without_its_value_is_bad_input_and_named(string command, string option)
    {
        var answer = await InProcessCommand.RunAsync([command, option]);

        Assert.Equal(ExitCode.BadInput, answer.ExitCode);
        Assert.Contains(option, answer.Error, StringComparison.Ordinal);
        Assert.Contains($"See 'admissionguard {command} --help' for usage.", answer.Error, StringComparison.Ordinal);
        var errors = answer.Error.TrimEnd().Split('\n')[..^1];
        Assert.NotEmpty(errors);
        Assert.All(errors, line => Assert.StartsWith("Error: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plan", "billing", "--to", "gas", "--to", "oil")]
    [InlineData("doctor", "--namespace", "a", "--namespace", "b")]
    [InlineData("register", "--webhooks", "a", "--webhooks", "b")]
    [InlineData("unregister", "--webhooks", "a", "--webhooks", "b")]
    [InlineData("check", "--old", "a", "--old", "b")]
    public async Task An_option_that_takes_one_value_and_is_given_twice_is_bad_input(params string[] arguments)
    {
        var answer = await InProcessCommand.RunAsync(arguments);

        Assert.Equal(ExitCode.BadInput, answer.ExitCode);
        Assert.Contains(arguments[^2], answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_such_options()
    {
        var commands = Options().Select(row => row.Data.Item1).Distinct().Order(StringComparer.Ordinal);

        // completion has none.
        Assert.Equal(
            InProcessCommand.Commands.Select(command => command.Name).Where(name => name != "completion").Order(StringComparer.Ordinal),
            commands);
    }
}
