using System.Globalization;

namespace AdmissionGuard.Aot.Tests;

/// <summary>A limit of the kernel's on a process's memory, as a container has it; below the limits that this process has itself.</summary>
internal sealed class MemoryCgroup : IDisposable
{
    private readonly DirectoryInfo _folder;

    private MemoryCgroup(DirectoryInfo folder) => _folder = folder;

    /// <summary>The file that a process writes its id to.</summary>
    public string Processes => Path.Combine(_folder.FullName, "cgroup.procs");

    /// <summary>Makes one, by cgroup v2 or v1.</summary>
    /// <param name="bytes">The limit.</param>
    /// <returns>The limit; <see langword="null"/> if this machine lets nobody make one, and why.</returns>
    public static (MemoryCgroup? Cgroup, string WhyNot) Create(long bytes)
    {
        var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':')).ToList();
        var folders = new[]
        {
            (Mount: "/sys/fs/cgroup/memory", Path: own.Find(
                line => line[1].Split(',').Contains("memory", StringComparer.Ordinal))?[2], Limit: "memory.limit_in_bytes"),
            // Its own group has processes, and so no groups with limits below it.
            (Mount: "/sys/fs/cgroup", Path: Path.GetDirectoryName(own.Find(line => line[0] == "0")?[2]), Limit: "memory.max"),
        };
        var whyNot = "no group of memory";
        foreach (var (mount, path, limit) in folders.Where(folder => folder.Path is not null))
        {
            var parent = new DirectoryInfo($"{mount}{path}");
            DirectoryInfo? folder = null;
            try
            {
                folder = parent.CreateSubdirectory($"admissionguard-{Guid.NewGuid():N}");
                File.WriteAllText(Path.Combine(folder.FullName, limit), bytes.ToString(CultureInfo.InvariantCulture));
                return (new MemoryCgroup(folder), "");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                whyNot = e.Message;
                folder?.Delete();
            }
        }

        return (null, whyNot);
    }

    // It is empty once its process is over.
    public void Dispose() => _folder.Delete();
}
