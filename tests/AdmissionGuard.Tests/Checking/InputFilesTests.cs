namespace AdmissionGuard.Tests.Checking;

/// <summary>
/// Files and folders that somebody names for <c>check</c>: every one that can't be read is named, and none is waited for.
/// </summary>
public sealed class InputFilesTests : IDisposable
{
    private const string Case = """
        apiVersion: admissionguard.io/v1alpha1
        kind: Case
        name: NAME
        description: A namespace of no tenant.
        user: mover
        new: {metadata: {name: billing}}
        expect: {verdict: allow}
        """;

    private const string NoName =
        "case.yaml:8: document 1: cluster[0]: must be an object, or the name of a file or folder in the folder of this file";

    private readonly CheckRun _check = new();

    public void Dispose() => _check.Dispose();

    [Fact]
    public async Task Links_back_to_a_folder_above_are_named_and_end()
    {
        Write("cases/a.yaml", "a");
        // Followed as they are, two of them are 2^40 folders.
        Link("cases/below/first", "..");
        Link("cases/below/second", "../../cases");

        var answer = await RunAsync("cases");

        Assert.Equal(2, answer.ExitCode);
        Assert.All(["first", "second"], link => Assert.Contains(
            $"Error: {At($"cases/below/{link}")}: is a link to one of its parent folders\n", answer.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_several_links_lead_to_is_read_once()
    {
        Write("cases/level0/a.yaml", "a");
        for (var level = 0; level < 24; level++)
        {
            Link($"cases/level{level + 1}/first", $"../level{level}");
            Link($"cases/level{level + 1}/second", $"../level{level}");
        }

        var answer = await RunAsync("cases");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Contains("1 passed", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_folder_beside_is_followed()
    {
        Write("elsewhere/a.yaml", "a");
        Link("cases/linked", "../elsewhere");

        Assert.Equal(0, (await RunAsync("cases")).ExitCode);
    }

    [Theory]
    [InlineData("a\\0b", NoName)]
    [InlineData("", NoName)]
    [InlineData("loop", "can't be read: ")]
    [InlineData("folder", "is a link to one of its parent folders")]
    [InlineData("/proc/self/mem", "/proc/self/mem: can't be read: ")]
    public async Task What_a_case_names_and_can_not_be_read_is_named(string cluster, string words)
    {
        Link("loop", "loop");
        Link("folder/again", "../folder");
        _check.Write("case.yaml", $"{Case}\ncluster: [\"{cluster}\"]\n");

        await RefusesAsync("case.yaml", words);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--tenants", "", "--old", "a.yaml", "--as", "bob")]
    [InlineData("--old", "", "--as", "bob")]
    public async Task An_empty_name_is_bad_input(params string[] arguments)
    {
        var answer = await EndsAsync(_check.RunAsync(arguments));

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("'' is not the name of a file", answer.Error, StringComparison.Ordinal);
    }

    private async Task RefusesAsync(string given, string words)
    {
        var answer = await RunAsync(given);

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains(words, answer.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(string given) =>
        EndsAsync(Task.Run(() => _check.RunAsync(At(given)), TestContext.Current.CancellationToken));

    private static Task<CommandResult> EndsAsync(Task<CommandResult> running) =>
        running.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private void Write(string name, string of) => _check.Write(name, Case.Replace("NAME", of, StringComparison.Ordinal));

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.CreateSymbolicLink(At(name), target);
    }

    private string At(string name) => Path.Combine(_check.Folder, name);
}
