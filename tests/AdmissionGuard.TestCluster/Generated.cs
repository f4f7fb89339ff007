namespace AdmissionGuard.TestCluster;

/// <summary>Files, and blocks of files, that are generated: checked to be current, or written anew where <c>UPDATE_GENERATED=1</c> is set.</summary>
public static class Generated
{
    private const string Switch = "UPDATE_GENERATED";
    private const string End = "<!-- end generated -->";

    private static readonly Lock Writing = new();

    /// <summary>A whole file is what was generated.</summary>
    /// <param name="path">Its path from the repository's top.</param>
    /// <param name="text">What was generated.</param>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static void FileIs(string path, string text)
    {
        var file = Repository.File(path);
        lock (Writing)
        {
            Settle(path, file, File.Exists(file) ? File.ReadAllText(file) : "", text);
        }
    }

    /// <summary>The block between <c>&lt;!-- generated: MARKER --&gt;</c> and <c>&lt;!-- end generated --&gt;</c> is what was generated.</summary>
    /// <param name="path">The file's path from the repository's top.</param>
    /// <param name="marker">The block's name.</param>
    /// <param name="text">What was generated, without the marks.</param>
    /// <exception cref="InvalidOperationException">It is something else, or there is no such block.</exception>
    public static void BlockIs(string path, string marker, string text)
    {
        var (file, begin) = (Repository.File(path), $"<!-- generated: {marker} -->\n");
        lock (Writing)
        {
            var whole = File.ReadAllText(file);
            var from = whole.IndexOf(begin, StringComparison.Ordinal);
            var to = from < 0 ? -1 : whole.IndexOf(End, from, StringComparison.Ordinal);
            if (to < 0)
            {
                throw new InvalidOperationException($"{path} has no lines {begin.Trim()} and {End}");
            }

            Settle(path, file, whole, $"{whole[..(from + begin.Length)]}{text.TrimEnd('\n')}\n{whole[to..]}");
        }
    }

    private static void Settle(string path, string file, string found, string wanted)
    {
        if (found == wanted)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable(Switch) is not "1")
        {
            throw new InvalidOperationException($"{path} is not current, from line {LineOfDifference(found, wanted)} on: run this test with {Switch}=1, and commit what it writes");
        }

        File.WriteAllText(file, wanted);
    }

    private static int LineOfDifference(string found, string wanted) =>
        1 + found.Zip(wanted).TakeWhile(pair => pair.First == pair.Second).Count(pair => pair.First == '\n');
}
