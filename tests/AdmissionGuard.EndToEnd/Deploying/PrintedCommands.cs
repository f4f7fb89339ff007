using System.Text.RegularExpressions;

namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>The commands of pages in <c>deploy/docs</c>, as they are printed there, and a folder to run them in.</summary>
internal sealed partial class PrintedCommands : IDisposable
{
    // No container runs here, and so there is no output to read.
    private static readonly string[] NeedContainers = [" logs "];

    private readonly ClusterWithNodes _cluster;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");
    private readonly List<string> _blocks;

    public PrintedCommands(ClusterWithNodes cluster, params string[] pages)
    {
        _cluster = cluster;
        _blocks =
            [.. pages.SelectMany(page => ShellBlock().Matches(File.ReadAllText(Page(page)))).Select(block => block.Groups[1].Value)];
        // A folder where the commands leave nothing in the working copy.
        Directory.CreateSymbolicLink(At("deploy"), Repository.File("deploy"));
        Directory.CreateSymbolicLink(At("certs-scripts"), Repository.File("certs-scripts"));
    }

    /// <summary>The folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The blocks that nobody has taken.</summary>
    public IReadOnlyList<string> Left => _blocks;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>A file of the folder.</summary>
    public string At(string file) => Path.Combine(_folder.FullName, file);

    /// <summary>Takes the first block with some words in it.</summary>
    public string Taken(string words) => Taken(block => block.Contains(words, StringComparison.Ordinal));

    /// <summary>Takes the first block that begins with some words.</summary>
    public string TakenFrom(string words) => Taken(block => block.StartsWith(words, StringComparison.Ordinal));

    /// <summary>The first YAML of a page with some words in it.</summary>
    public async Task<string> YamlAsync(string page, string words) => YamlBlock()
        .Matches(await File.ReadAllTextAsync(Page(page)))
        .Select(block => block.Groups[1].Value)
        .First(block => block.Contains(words, StringComparison.Ordinal));

    /// <summary>Runs commands, which are to succeed.</summary>
    /// <returns>What they said.</returns>
    public async Task<string> RunAsync(string block) => (await TryAsync(block)).Ok();

    /// <summary>Runs commands.</summary>
    public Task<CommandResult> TryAsync(string block)
    {
        var lines = block.Split('\n').Where(line => !NeedContainers.Any(words => line.Contains(words, StringComparison.Ordinal)));
        return _cluster.Kubectl.ShellAsync(Folder, $"PATH={_cluster.Folder}/bin:$PATH\n{string.Join('\n', lines)}");
    }

    /// <summary>Commands for another source of certificates, as the page says to change them.</summary>
    public string Of(string source, string commands)
    {
        commands = commands.Replace("overlays/self-managed", $"overlays/{source}", StringComparison.Ordinal);
        if (source != "files")
        {
            return commands;
        }

        var apply = _blocks.Single(block => block.StartsWith("kubectl kustomize guard |", StringComparison.Ordinal)).TrimEnd();
        return ApplyFolder().Replace(commands, match => match.Groups[1].Value == "apply"
            ? apply.Replace("kustomize guard", $"kustomize {match.Groups[2].Value}", StringComparison.Ordinal)
            : apply.Replace("kubectl apply -f -", "kubectl diff -f -", StringComparison.Ordinal));
    }

    private static string Page(string page) => Repository.File("deploy", "docs", page);

    private string Taken(Func<string, bool> isWanted)
    {
        var block = _blocks.First(isWanted);
        _blocks.Remove(block);
        return block;
    }

    [GeneratedRegex(@"kubectl (apply|diff) -k ([\w-]+)")]
    private static partial Regex ApplyFolder();

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
