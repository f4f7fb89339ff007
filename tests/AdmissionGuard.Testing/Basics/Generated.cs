namespace AdmissionGuard.Testing;

/// <summary>
/// Text in the repository that is generated from data: a test holds it to be current, or writes it anew where <c>UPDATE_GENERATED=1</c> is
/// set.
/// </summary>
internal static class Generated
{
    private static readonly bool IsUpdating = Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1";

    /// <summary>Holds a whole file to be current.</summary>
    /// <param name="file">Its path, below the repository's top.</param>
    /// <param name="text">What it is to hold.</param>
    public static void FileIs(string file, string text) => Is(file, _ => text);

    /// <summary>
    /// Holds a block of a file to be current: what stands between <c>&lt;!-- generated: NAME --&gt;</c> and <c>&lt;!-- end generated
    /// --&gt;</c>.
    /// </summary>
    /// <param name="file">The file's path, below the repository's top.</param>
    /// <param name="name">The block's name.</param>
    /// <param name="text">What it is to hold.</param>
    public static void BlockIs(string file, string name, string text) => Is(file, old =>
    {
        var (start, end) = ($"<!-- generated: {name} -->\n", "<!-- end generated -->");
        var from = old.IndexOf(start, StringComparison.Ordinal) + start.Length;
        Assert.True(from >= start.Length, $"{file} has no line {start}");
        return $"{old[..from]}\n{text.Trim()}\n\n{old[old.IndexOf(end, from, StringComparison.Ordinal)..]}";
    });

    private static void Is(string file, Func<string, string> make)
    {
        var path = Repository.File(file);
        var old = File.Exists(path) ? File.ReadAllText(path) : "";
        var now = make(old);
        if (IsUpdating && now != old)
        {
            File.WriteAllText(path, now);
        }

        Assert.True(IsUpdating || now == old, $"{file} is not current: run the tests with UPDATE_GENERATED=1, and look at what changed");
    }
}
