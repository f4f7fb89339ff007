namespace AdmissionGuard.Tools.Manifests;

/// <summary>Lists the files below a folder. Links to folders are followed; each folder is read once, whatever links lead to it.</summary>
/// <param name="errors">Takes links that lead back to a folder that they lie in, which would never end.</param>
internal sealed class FolderFiles(InputErrors errors)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];

    /// <summary>Lists the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The files, in no order.</returns>
    /// <exception cref="IOException">A folder can't be read; the message names it.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read; the message names it.</exception>
    public IReadOnlyList<string> Below(string folder)
    {
        Read(folder, []);
        return _files;
    }

    private void Read(string folder, IReadOnlyList<string> above)
    {
        var real = RealPath(folder);
        if (above.Contains(real, StringComparer.Ordinal))
        {
            errors.Add(folder, "is a link to one of its parent folders");
            return;
        }

        if (!_read.Add(real))
        {
            return;
        }

        _files.AddRange(Directory.EnumerateFiles(folder));
        // Links last: a file is named by the folder that it lies in, where that is below the given one.
        foreach (var each in Directory.EnumerateDirectories(folder).OrderBy(IsLink).ThenBy(each => each, StringComparer.Ordinal).ToList())
        {
            Read(each, [.. above, real]);
        }
    }

    private static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;

    /// <summary>The path of an existing folder without links.</summary>
    private static string RealPath(string folder)
    {
        var whole = Path.GetFullPath(folder);
        var real = Path.GetPathRoot(whole)!;
        var rest = new Stack<string>(Parts(whole).Reverse());
        while (rest.TryPop(out var part))
        {
            var next = part == ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            if (part != ".." && new DirectoryInfo(next).LinkTarget is { } target)
            {
                real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
                foreach (var of in Parts(target).Reverse())
                {
                    rest.Push(of);
                }
            }
            else
            {
                real = next;
            }
        }

        return real;
    }

    private static IEnumerable<string> Parts(string path) =>
        path[(Path.GetPathRoot(path) ?? "").Length..]
            .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".");
}
