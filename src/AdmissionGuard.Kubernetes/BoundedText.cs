using System.Text;

namespace AdmissionGuard.Kubernetes;

/// <summary>Reads a text to its end, unless it has none: a device, a pipe that never closes, or a program that prints without end.</summary>
public static class BoundedText
{
    /// <summary>The longest file that says how to connect or whom to trust, in characters: a Secret or ConfigMap holds at most 1 MiB.</summary>
    public const int MaxFileLength = 16 * 1024 * 1024;

    private const int Step = 64 * 1024;

    /// <summary>Reads a file: a kubeconfig, certificates, a key, or a token.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its text.</returns>
    /// <exception cref="IOException">It is longer than <see cref="MaxFileLength"/>, or can't be read. The message names the file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadFile(string path)
    {
        using var reader = new StreamReader(path);
        return Read(reader, MaxFileLength, $"'{path}'");
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="most">The longest text, in characters.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer than that, or can't be read.</exception>
    public static string Read(TextReader reader, int most, string what)
    {
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (reader.ReadBlock(part) is > 0 and var length)
        {
            Add(text, part.AsSpan(0, length), most, what);
        }

        return text.ToString();
    }

    /// <summary>Reads what a program prints.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="most">The longest text, in characters.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer than that, or can't be read.</exception>
    public static async Task<string> ReadAsync(TextReader reader, int most, string what, CancellationToken cancellation)
    {
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (await reader.ReadBlockAsync(part, cancellation) is > 0 and var length)
        {
            Add(text, part.AsSpan(0, length), most, what);
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, ReadOnlySpan<char> part, int most, string what)
    {
        if (text.Length + part.Length > most)
        {
            throw new IOException($"{what} is longer than {most >> 20} Mi characters");
        }

        text.Append(part);
    }
}
