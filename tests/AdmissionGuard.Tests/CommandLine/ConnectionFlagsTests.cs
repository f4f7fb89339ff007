using AdmissionGuard.Commands;

namespace AdmissionGuard.Tests.CommandLine;

public sealed class ConnectionFlagsTests
{
    /// <remarks>As kubectl has it: clientcmd.ParseTimeout.</remarks>
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1", 1)]
    [InlineData("30", 30)]
    [InlineData("1s", 1)]
    [InlineData("2m", 120)]
    [InlineData("3h", 10800)]
    [InlineData("1m30s", 90)]
    [InlineData("500ms", 0.5)]
    [InlineData("", -1)]
    [InlineData("-1", -1)]
    [InlineData("-1s", -1)]
    [InlineData("1.5", -1)]
    [InlineData("soon", -1)]
    [InlineData("99999999999999999999", -1)]
    public void A_request_timeout_is_a_number_of_seconds_or_a_duration(string text, double seconds) =>
        Assert.Equal(seconds, ConnectionFlags.ParseTimeout(text)?.Time.TotalSeconds ?? -1);

    [Fact]
    public async Task Every_command_that_connects_for_a_person_limits_each_request_to_30_s()
    {
        var commands = InProcessCommand.Commands.ToList();
        var connecting = commands.Where(command => command.Options.Any(option => option.Name == "--context")).ToList();

        Assert.Contains(connecting, command => command.Name == "unregister");
        foreach (var command in connecting)
        {
            var option = Assert.Single(command.Options, option => option.Name == "--request-timeout");
            Assert.Equal("30s", $"{option.GetDefaultValue()}");
        }

        // Whatever connects takes a kubeconfig; the server has time limits of its own.
        Assert.Equal(
            ["serve"],
            commands.Except(connecting)
                .Where(command => command.Options.Any(option => option.Name == "--kubeconfig"))
                .Select(command => command.Name));
        var answer = await InProcessCommand.RunAsync(["doctor", "--request-timeout", "soon"]);
        Assert.Equal(2, answer.ExitCode);
        Assert.StartsWith(
            "Error: --request-timeout: 'soon' is neither a number of seconds nor a duration, as in 1s, 2m or 3h\n",
            answer.Error,
            StringComparison.Ordinal);
    }
}
