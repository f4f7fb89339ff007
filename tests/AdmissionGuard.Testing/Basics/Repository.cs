namespace AdmissionGuard.Testing;

/// <summary>The working copy that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Its top folder.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A file in it.</summary>
    /// <param name="parts">The file's path from the top.</param>
    /// <returns>The whole path.</returns>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "AdmissionGuard.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"AdmissionGuard.sln is not above {from}");
    }
}
