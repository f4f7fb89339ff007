namespace AdmissionGuard.Core.Tests;

/// <summary>A file of the repository that is generated, and checked to be current.</summary>
internal static class GeneratedFile
{
    /// <summary>Checks that the file is what was generated, or writes it where <c>UPDATE_GENERATED=1</c> is set.</summary>
    public static void IsCurrent(string generated, params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AdmissionGuard.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"AdmissionGuard.sln is not above {AppContext.BaseDirectory}");
        }

        var file = Path.Combine([folder.FullName, .. path]);
        if (Environment.GetEnvironmentVariable("UPDATE_GENERATED") == "1")
        {
            File.WriteAllText(file, generated);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == generated, $"{string.Join('/', path)} is not current; run the tests with UPDATE_GENERATED=1 and commit it");
    }
}
