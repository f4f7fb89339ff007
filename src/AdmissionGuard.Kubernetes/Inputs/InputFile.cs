using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AdmissionGuard.Kubernetes.Inputs;

/// <summary>Opens files that somebody named: on the command line, in a kubeconfig or in a case.</summary>
public static partial class InputFile
{
    // Source: Linux, include/uapi/asm-generic/fcntl.h; the same on x64 and arm64.
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <summary>Whether a file can have a name: .NET throws another exception for those that it can't.</summary>
    /// <param name="path">The name.</param>
    /// <returns>Whether it is not empty, and without NUL.</returns>
    public static bool IsName(string path) => path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>Opens a file for reading. Opening a named pipe would wait for a writer, perhaps for ever, so it is refused.</summary>
    /// <param name="path">The file. Pipes that are open already, such as <c>/dev/stdin</c> or a shell's <c>&lt;(…)</c>, are files here.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="IOException">It can't be opened, or it is a named pipe or a terminal.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or it is a folder.</exception>
    public static FileStream Open(string path) => !IsName(path) ? throw new IOException($"'{path}' is not the name of a file")
        : OperatingSystem.IsLinux() && WouldWait(path) ? throw new IOException($"'{path}' is a named pipe or a terminal, not a file")
        : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    private static bool WouldWait(string path)
    {
        var descriptor = Open(path, NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            // The reason is reported by the second attempt.
            return false;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // A folder can be opened, but is no file to .NET.
        return !Directory.Exists(path) && !IsSeekable(handle) && !IsOpenAlready(path);
    }

    private static bool IsSeekable(SafeFileHandle handle)
    {
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return file.CanSeek;
    }

    // The kernel's name of what has no name of its own.
    private static bool IsOpenAlready(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.Name is { } name
        && (name.StartsWith("pipe:[", StringComparison.Ordinal) || name.StartsWith("socket:[", StringComparison.Ordinal));

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}
