using System.Text;

namespace AdmissionGuard.Kubernetes.Inputs;

/// <summary>Reads texts up to a given length: a device has no end, and a pipe may never be closed.</summary>
public static class BoundedText
{
    /// <summary>The longest certificate, key or token, in characters.</summary>
    /// <remarks>
    /// Kubelet mounts them from Secrets and ConfigMaps, which hold 1 MiB at most (Kubernetes, <c>core.MaxSecretSize</c>). The
    /// certificate authorities of a workstation's system take about 250 KiB.
    /// </remarks>
    public const int MaxCredential = 2 << 20;

    /// <summary>The longest kubeconfig, in characters: thousands of clusters with certificates inside.</summary>
    public const int MaxKubeconfig = 16 << 20;

    private const int Step = 16 * 1024;

    /// <summary>Reads a file, UTF-8 unless it begins with another encoding's byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxLength">The longest text, in characters.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read; the message names the file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or it is a folder.</exception>
    public static string ReadFile(string path, int maxLength)
    {
        using var reader = new StreamReader(InputFile.Open(path));
        return Read(reader, maxLength, $"'{path}'");
    }

    /// <summary>Reads a text to its end.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="maxLength">The longest text, in characters.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read.</exception>
    public static string Read(TextReader reader, int maxLength, string name = "it")
    {
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (reader.ReadBlock(part) is > 0 and var length)
        {
            Append(text, part.AsSpan(0, length), maxLength, name);
        }

        return text.ToString();
    }

    /// <summary>Reads a text to its end, without blocking a thread.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="maxLength">The longest text, in characters.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read.</exception>
    public static async Task<string> ReadAsync(TextReader reader, int maxLength, string name, CancellationToken cancellation)
    {
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (await reader.ReadBlockAsync(part, cancellation) is > 0 and var length)
        {
            Append(text, part.AsSpan(0, length), maxLength, name);
        }

        return text.ToString();
    }

    internal static IOException TooLong(string name, int maxLength) => new($"{name} is longer than {maxLength >> 20} Mi characters");

    private static void Append(StringBuilder text, ReadOnlySpan<char> part, int maxLength, string name)
    {
        if (text.Length + part.Length > maxLength)
        {
            throw TooLong(name, maxLength);
        }

        text.Append(part);
    }
}
