namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// A root that programs of the image run in as in the Deployment: nothing else to be seen, read-only but for /tmp, as a user that may
/// nothing.
/// </summary>
internal sealed class Container : IDisposable
{
    public const string User = "1654";

    // Only exec's from here on, so that the number told is the program's own.
    private const string Enter = """
        echo "pid $$"
        mount --bind "$1" "$1"
        mount -o remount,bind,ro "$1"
        mount --bind /dev "$1/dev"
        mount -t proc proc "$1/proc"
        mount -t tmpfs tmpfs "$1/tmp"
        root=$1 user=$2
        shift 2
        exec setpriv --no-new-privs chroot --userspec="$user:$user" --groups= "$root" "$@"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-root-");

    private Container()
    {
    }

    public string LogFile => Path.Combine(_folder.FullName, "log");

    private string Root => Path.Combine(_folder.FullName, "root");

    /// <summary>Makes one from the image; what it does not bring itself, a container runtime puts in.</summary>
    public static async Task<Container> OfAsync(Image image)
    {
        var container = new Container();
        (await new Command("cp", ["--archive", image.Root, container.Root]).RunAsync(TestContext.Current.CancellationToken)).Ok();
        foreach (var folder in new[] { "dev", "proc", "tmp" })
        {
            Directory.CreateDirectory(Path.Combine(container.Root, folder));
        }

        return container;
    }

    /// <summary>Removes a folder of the image.</summary>
    public void Remove(string folder) => Directory.Delete(Path.Join(Root, folder), recursive: true);

    /// <summary>Mounts a file, as from a ConfigMap or Secret.</summary>
    public async Task MountAsync(string path, string text)
    {
        var file = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>The command line that runs one of its programs.</summary>
    public string[] CommandLine(params string[] command) =>
        ["unshare", "--mount", "/bin/sh", "-ec", Enter, "enter", Root, User, .. command];

    /// <summary>Runs one of its programs to the end.</summary>
    public Task<CommandResult> RunAsync(params string[] command)
    {
        var line = CommandLine(command);
        return new Command(line[0], line[1..]).RunAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
