namespace AdmissionGuard.Tests.CommandLine;

/// <summary>
/// What has no end, is no file or holds no text is bad input to every command that reads it: named, and neither a crash nor a wait.
/// </summary>
public sealed class EndlessInputTests : IDisposable
{
    private const string Half = "it contains invalid Unicode (an unpaired surrogate or invalid UTF-8)";
    private const string Case =
        """{"apiVersion":"admissionguard.io/v1alpha1","kind":"Case","name":"a","user":"bob","expect":{"verdict":"allow"},""";

    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    // What a command requires beside the file.
    private static readonly Dictionary<string, string[]> Required =
        new(StringComparer.Ordinal) { ["plan"] = ["billing", "--to", "gas"] };

    /// <summary>Every command that connects for a person.</summary>
    public static TheoryData<string> Connecting() => [.. With("--context")];

    /// <summary>Every command with a configuration; doctor reads it only once it is connected.</summary>
    public static TheoryData<string> Configured() => [.. With("--config").Where(command => command != "doctor")];

    [Theory]
    [MemberData(nameof(Connecting))]
    public async Task A_kubeconfig_without_an_end_is_bad_input(string command) => Complains(
        await InProcessCommand.RunAsync([command, .. Required.GetValueOrDefault(command, []), "--kubeconfig", "/dev/zero"]),
        "kubeconfig /dev/zero can't be read: '/dev/zero' is longer than 16 Mi characters");

    [Theory]
    [MemberData(nameof(Configured))]
    public async Task A_configuration_without_an_end_is_bad_input(string command) => Complains(
        await InProcessCommand.RunAsync([command, .. Required.GetValueOrDefault(command, []), "--config", "/dev/zero"]),
        "/dev/zero: can't be read: it is longer than 1 Mi characters");

    [Theory]
    [InlineData(".json", "\"description\":\"\\ud800\",\n\"new\":{\"metadata\":{\"name\":\"x\"}}}", $":2: is not JSON: {Half}")]
    [InlineData(
        ".json",
        "\"description\":\"d\",\n\"new\":{\"metadata\":{\"name\":\"x\",\n\"annotations\":{\"\\uDC00\":\"1\"}}}}",
        $":4: is not JSON: {Half}")]
    [InlineData(".yaml", "\"description\":\"\\ud800\",\n\"new\":{\"metadata\":{\"name\":\"x\"}}}", ":2: is not YAML: ")]
    [InlineData(
        ".yaml",
        "\"description\":\"d\",\n\"new\":{\"metadata\":{\"name\":\"x\",\n\"annotations\":{\"\\ud800\\ud800\":\"1\"}}}}",
        ":4: is not YAML: ")]
    public async Task Half_a_surrogate_pair_is_named_with_its_line(string ending, string rest, string words) =>
        Complains(await _check.RunAsync(_check.Write($"a{ending}", $"{Case}\n{rest}")), $"a{ending}{words}");

    [Fact]
    public async Task A_whole_surrogate_pair_is_text() =>
        Assert.Equal(
            0,
            (await _check.RunAsync(
                _check.Write("a.json", Case + """ "description":"\ud83d\ude00","new":{"metadata":{"name":"x"}}} """))).ExitCode);

    [Theory]
    [InlineData("mode: \"\\ud800\"")]
    [InlineData("\"\\ud800\": warn")]
    public async Task Half_a_surrogate_pair_in_a_configuration_is_bad_input(string text) =>
        Complains(await _check.RunAsync("--config", _check.Write("c.yaml", text)), "c.yaml:1: ");

    [Theory]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"\\ud800\"}")]
    [InlineData("apiVersion: v1\n\"\\ud800\": x")]
    public async Task Half_a_surrogate_pair_in_a_kubeconfig_is_bad_input(string text) =>
        Complains(await InProcessCommand.RunAsync(["plan", "billing", "--to", "gas", "--kubeconfig", _check.Write("k", text)]), "can't be read: ");

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("{folder}")]
    public async Task A_folder_with_links_to_one_above_is_bad_input_and_soon_so(string target)
    {
        var folder = Folder("a.yaml", "a: 1");
        Directory.CreateDirectory(Path.Combine(folder, "below"));
        foreach (var link in new[] { "one", "two" })
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "below", link), target.Replace("{folder}", folder, StringComparison.Ordinal));
        }

        Complains(await _check.RunAsync(folder), "is a link to one of its parent folders");
        Complains(await _check.MoveAsync("mover", "--tenants", folder), "is a link to one of its parent folders");
    }

    [Fact]
    public async Task Links_that_lead_nowhere_are_bad_input_and_named()
    {
        var folder = Folder("x.txt", "");
        File.CreateSymbolicLink(Path.Combine(folder, "dangling.yaml"), "nowhere.yaml");
        File.CreateSymbolicLink(Path.Combine(folder, "one.yaml"), "two.yaml");
        File.CreateSymbolicLink(Path.Combine(folder, "two.yaml"), "one.yaml");

        var result = await _check.RunAsync(folder);

        Complains(result, "dangling.yaml: can't be read: ");
        Complains(result, "one.yaml: can't be read: ");
        Complains(result, "two.yaml: can't be read: ");
        Complains(await _check.RunAsync(Path.Combine(folder, "one.yaml")), "one.yaml: can't be read: ");
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_to_is_bad_input_and_named()
    {
        var pipe = Path.Combine(Folder("x.txt", ""), "pipe.yaml");
        (await new Command("mkfifo", [pipe]).RunAsync(TestContext.Current.CancellationToken)).Ok();

        var result = await _check.RunAsync(Path.GetDirectoryName(pipe)!)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Complains(result, "pipe.yaml: can't be read: it is a pipe, and nothing was written to it within 3 s");
    }

    [Fact]
    public async Task A_pipe_that_somebody_writes_to_is_read()
    {
        var pipe = Path.Combine(Folder("x.txt", ""), "pipe.yaml");
        (await new Command("mkfifo", [pipe]).RunAsync(TestContext.Current.CancellationToken)).Ok();
        var text = Case + """ "description":"d","new":{"metadata":{"name":"x"}}} """;
        var writing = Task.Run(() => File.WriteAllText(pipe, text), TestContext.Current.CancellationToken);

        Assert.Equal(0, (await _check.RunAsync(pipe)).ExitCode);
        await writing;
    }

    private static IEnumerable<string> With(string option) => InProcessCommand.Commands
        .Where(command => command.Options.Any(each => each.Name == option))
        .Select(command => command.Name);

    private string Folder(string file, string text) => Path.GetDirectoryName(_check.Write(Path.Combine("folder", file), text))!;

    private static void Complains(CommandResult result, string words)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }
}
