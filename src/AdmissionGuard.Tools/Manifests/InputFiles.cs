namespace AdmissionGuard.Tools.Manifests;

/// <summary>Files and folders as they are given on the command line, or beside a case.</summary>
internal static class InputFiles
{
    // Links that cross each other make as many as there is memory for.
    private const int MaxEntries = 1_000_000;

    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>A file itself; every YAML and JSON file below a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> Expand(string given, Complaints complaints)
    {
        if (!Directory.Exists(given))
        {
            return [given];
        }

        try
        {
            var files = Below(given)
                .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (files is [])
            {
                complaints.Add(given, "has no *.yaml, *.yml or *.json below it");
            }

            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message names the folder, which may lie below the one that was given.
            complaints.Add(given, $"can't be read: {e.Message}");
            return [];
        }
    }

    private static IEnumerable<string> Below(string folder)
    {
        var count = 0;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            if (++count > MaxEntries)
            {
                throw new IOException($"more than {MaxEntries} files and folders lie below it");
            }

            if (!Directory.Exists(path))
            {
                yield return path;
            }
            else if (Directory.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && IsAbove(target.FullName, Path.GetFullPath(path)))
            {
                throw new IOException($"'{path}' is a link to a folder that it lies in");
            }
        }
    }

    private static bool IsAbove(string folder, string path) =>
        $"{path}/".StartsWith($"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))}/", StringComparison.Ordinal);

    /// <summary>A file that another one refers to, from the folder of that one.</summary>
    public static string Beside(string file, string given)
    {
        if (Path.IsPathRooted(given))
        {
            return given;
        }

        var whole = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file) ?? "", given));
        return Path.IsPathRooted(file) ? whole : Path.GetRelativePath(Directory.GetCurrentDirectory(), whole);
    }
}
