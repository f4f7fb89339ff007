namespace AdmissionGuard.Tools.Manifests;

/// <summary>Files and folders as they are given on the command line, or beside a case.</summary>
internal static class InputFiles
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>A file itself; every YAML and JSON file below a folder, in the order of their names.</summary>
    public static IReadOnlyList<string> Expand(string given, InputErrors errors)
    {
        if (!Directory.Exists(given))
        {
            return [given];
        }

        try
        {
            var files = new FolderFiles(errors).Below(given)
                .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (files is [])
            {
                errors.Add(given, "contains no *.yaml, *.yml or *.json file");
            }

            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message names the folder, which may lie below the one that was given.
            errors.Add(given, $"can't be read: {e.Message}");
            return [];
        }
    }

    /// <summary>A file that another one refers to, from the folder of that one.</summary>
    public static string RelativeTo(string file, string given)
    {
        if (Path.IsPathRooted(given))
        {
            return given;
        }

        var whole = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file) ?? "", given));
        return Path.IsPathRooted(file) ? whole : Path.GetRelativePath(Directory.GetCurrentDirectory(), whole);
    }
}
