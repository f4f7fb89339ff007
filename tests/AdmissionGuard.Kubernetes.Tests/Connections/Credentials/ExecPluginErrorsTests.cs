using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Connections.Credentials;

namespace AdmissionGuard.Kubernetes.Tests.Connections.Credentials;

public sealed class ExecPluginErrorsTests
{
    [Fact]
    public async Task What_a_plugin_says_only_shows_on_the_terminal()
    {
        var shown = await ShownAsync("log in at example.com\n\r\n\u001b]52;c;cm0=\u0007\u202ered\r\n  last\u009b31m  ");

        Assert.Equal(["log in at example.com", @"\u001B]52;c;cm0=\u0007\u202Ered", @"  last\u009B31m  "], shown.Lines);
        Assert.All(shown.Lines, line => Assert.True(Printable.Is(line)));
        Assert.Equal("last\u009b31m", shown.Last);
    }

    [Fact]
    public async Task A_long_line_is_cut_and_what_follows_is_shown()
    {
        var shown = await ShownAsync($"{new string('x', 3 * ExecPluginErrors.MaxLine)}\ny\n");

        Assert.Equal([new string('x', ExecPluginErrors.MaxLine), "y"], shown.Lines);
        Assert.Equal("y", shown.Last);
    }

    [Fact]
    public async Task Without_a_terminal_nothing_is_shown_and_the_last_line_is_known()
    {
        using var error = new StringReader("first\nlast\n\n");

        Assert.Equal("last", await new ExecPluginErrors(terminal: null).ReadAsync(error, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_terminal_that_is_closed_ends_nothing()
    {
        var terminal = new StreamWriter(new MemoryStream()) { AutoFlush = true };
        await terminal.DisposeAsync();
        using var error = new StringReader("first\nlast\n");

        Assert.Equal("last", await new ExecPluginErrors(terminal).ReadAsync(error, TestContext.Current.CancellationToken));
    }

    private static async Task<(string[] Lines, string Last)> ShownAsync(string text)
    {
        using var error = new StringReader(text);
        using var terminal = new StringWriter();
        var last = await new ExecPluginErrors(terminal).ReadAsync(error, TestContext.Current.CancellationToken);
        return (terminal.ToString().TrimEnd('\n').Split('\n'), last);
    }
}
