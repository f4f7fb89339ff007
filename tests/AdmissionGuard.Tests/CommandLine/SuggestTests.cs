using System.Globalization;
using System.Text.Json.Nodes;
using AdmissionGuard.Commands;
using AdmissionGuard.Commands.Completion;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Tests.CommandLine;

/// <summary>What the scripts of <c>admissionguard completion</c> are answered, the scripts, the version and the help.</summary>
public sealed class SuggestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("admissionguard p", "plan")]
    [InlineData("admissionguard un", "unregister")]
    [InlineData("admissionguard plan --o", "--output")]
    [InlineData("admissionguard plan -o ", "json table yaml")]
    [InlineData("admissionguard plan --output j", "json")]
    [InlineData("admissionguard plan --output=j", "--output=json")]
    [InlineData("admissionguard plan --output=", "--output=json --output=table --output=yaml")]
    [InlineData("admissionguard serve --certificates ", "files self-managed")]
    [InlineData("admissionguard check --subresource ", "finalize status")]
    [InlineData("admissionguard completion ", "bash fish powershell zsh")]
    [InlineData("admissionguard version -o y", "yaml")]
    [InlineData("admissionguard plan --config ", ":files")]
    [InlineData("admissionguard plan --config=de", ":files")]
    [InlineData("admissionguard plan --kubeconfig ", ":files")]
    [InlineData("admissionguard serve --tls-cert /etc", ":files")]
    [InlineData("admissionguard check ", ":files")]
    [InlineData("admissionguard check --tenants ten", ":files")]
    [InlineData("admissionguard check --fi", "--field-manager")]
    [InlineData("admissionguard plan --as ", "")]
    [InlineData("admissionguard plan --no-such=", "")]
    [InlineData("admissionguard plan 'x", "")]
    public async Task A_line_is_completed_with_whole_words(string line, string words) =>
        Assert.Equal(words, await SuggestAsync(line));

    [Fact]
    public async Task Every_command_is_offered_and_what_is_right_of_the_cursor_does_not_count()
    {
        var commands = InProcessCommand.Commands.Select(command => command.Name).Order(StringComparer.Ordinal).ToList();
        var answer = await InProcessCommand.RunAsync(["[suggest:15]", "admissionguard plan"]);

        Assert.Contains("doctor", commands);
        Assert.Equal(string.Join(' ', commands), await SuggestAsync("admissionguard "));
        Assert.Equal(string.Join(' ', commands), string.Join(' ', answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Contexts_come_from_the_kubeconfig_and_names_of_a_cluster_that_is_unreachable_are_silently_none()
    {
        var kubeconfig = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(
            kubeconfig,
            """
            apiVersion: v1
            kind: Config
            current-context: "arn:aws:eks:eu:1:cluster/a"
            contexts: [{name: "arn:aws:eks:eu:1:cluster/a", context: {cluster: a}}, {name: prod, context: {cluster: a}}]
            clusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]
            """,
            TestContext.Current.CancellationToken);
        var doctor = $"admissionguard doctor --kubeconfig {kubeconfig}";

        Assert.Equal("arn:aws:eks:eu:1:cluster/a prod", await SuggestAsync($"{doctor} --context "));
        Assert.Equal("arn:aws:eks:eu:1:cluster/a", await SuggestAsync($"{doctor} --context arn:aws"));
        Assert.Equal("--context=prod", await SuggestAsync($"{doctor} --context=p"));
        Assert.Equal("", await SuggestAsync($"{doctor} --namespace "));
        Assert.Equal("", await SuggestAsync($"admissionguard doctor --kubeconfig {kubeconfig}.absent --context "));
    }

    [Theory]
    [InlineData("bash", "complete -F _admissionguard admissionguard")]
    [InlineData("fish", "complete -c admissionguard -f -a '(__admissionguard_complete)'")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName admissionguard -ScriptBlock {")]
    [InlineData("zsh", "compdef _admissionguard admissionguard")]
    public async Task Every_shell_has_a_script_that_asks_the_program(string shell, string registration)
    {
        var script = (await InProcessCommand.RunAsync(["completion", shell])).Ok();

        Assert.Contains(registration, script.Split('\n'));
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        Assert.Contains($"'{SuggestAction.Files}'", script.Replace(" :files", " ':files'", StringComparison.Ordinal), StringComparison.Ordinal);
        // The terminal escapes other characters.
        Assert.All(script, c => Assert.True(c is '\n' or (>= ' ' and <= '~'), $"U+{(int)c:X4}"));
        Assert.Contains(shell, CompletionCommand.Shells.Keys);
    }

    [Fact]
    public async Task A_shell_that_is_not_known_is_bad_input() =>
        Assert.Equal(ExitCode.BadInput, (await InProcessCommand.RunAsync(["completion", "tcsh"])).ExitCode);

    [Theory]
    [InlineData("0.1.0+abc123", "0.1.0", "abc123")]
    [InlineData("0.1.0", "0.1.0", "")]
    public void The_commit_is_shown_where_the_build_knew_it(string text, string version, string commit) =>
        Assert.Equal((version, commit), VersionCommand.Split(text));

    [Fact]
    public async Task The_version_is_the_one_that_the_flag_prints()
    {
        var flag = VersionCommand.Split((await InProcessCommand.RunAsync(["--version"])).Ok());

        var text = (await InProcessCommand.RunAsync(["version"])).Ok();
        var json = JsonNode.Parse((await InProcessCommand.RunAsync(["version", "-o", "json"])).Ok())!["clientVersion"]!;
        var yaml = (await InProcessCommand.RunAsync(["version", "-o", "yaml"])).Ok();

        Assert.Equal($"Version:   {flag.Version}", text.Split('\n')[0]);
        Assert.Equal(flag, ((string)json["gitVersion"]!, (string?)json["gitCommit"] ?? ""));
        Assert.Matches("^(linux|darwin|windows)/[a-z0-9]+$", (string)json["platform"]!);
        Assert.StartsWith($"clientVersion:\n  gitVersion: {flag.Version}\n", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_the_program_has_one_line_for_each_command_and_that_of_a_command_has_everything()
    {
        var lines = (await InProcessCommand.RunAsync(["--help"])).Ok().Split('\n');
        var commands = InProcessCommand.Commands.ToList();

        var list = lines[(Array.IndexOf(lines, "Commands:") + 1)..].TakeWhile(line => line.Trim().Length > 0).ToList();
        Assert.Equal(commands.Select(command => command.Name), list.Select(line => line.Trim().Split(' ')[0]));
        Assert.All(list, line => Assert.EndsWith(".", line, StringComparison.Ordinal));
        Assert.Equal("Use \"admissionguard <command> --help\" for the options of a command, and for examples.", lines[^1]);
        foreach (var command in commands)
        {
            var help = (await InProcessCommand.RunAsync([command.Name, "--help"])).Ok();

            Assert.Contains("Examples:", help, StringComparison.Ordinal);
            Assert.Contains("Exit codes: ", help, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("One. Two.", "One.")]
    [InlineData("One of v1.2, or more.\n\nTwo.", "One of v1.2, or more.")]
    [InlineData("", "")]
    public void The_first_sentence_ends_at_a_full_stop_or_a_line(string text, string sentence) =>
        Assert.Equal(sentence, ShortHelp.FirstSentence(text));

    private static async Task<string> SuggestAsync(string line)
    {
        var answer = await InProcessCommand.RunAsync([string.Create(CultureInfo.InvariantCulture, $"[suggest:{line.Length}]"), line]);

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        return string.Join(' ', answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
