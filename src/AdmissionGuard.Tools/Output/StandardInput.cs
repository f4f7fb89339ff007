namespace AdmissionGuard.Tools.Output;

/// <summary>Opens this process's standard input.</summary>
internal static class StandardInput
{
    // Source: Linux, include/uapi/asm-generic/fcntl.h, O_CLOEXEC; /proc writes flags in octal.
    private const long CloseOnExec = 0x80000;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">The process was started without one.</exception>
    public static StreamReader Open() => IsClosed()
        ? throw new IOException("standard input is closed")
        : new StreamReader(Console.OpenStandardInput());

    /// <summary>
    /// Whether descriptor 0 is not what the process was started with. Where standard input is closed, .NET takes the number for
    /// a pipe of its own, and reading from that never ends; but its descriptors close on exec, and inherited ones can't.
    /// </summary>
    private static bool IsClosed()
    {
        const string Folder = "/proc/self/fdinfo", Flags = "flags:";
        if (!Directory.Exists(Folder))
        {
            return false;
        }

        try
        {
            var flags = File.ReadLines(Path.Combine(Folder, "0")).First(line => line.StartsWith(Flags, StringComparison.Ordinal));
            return (Convert.ToInt64(flags[Flags.Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
    }
}
