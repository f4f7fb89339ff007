using System.Text;

namespace AdmissionGuard.Kubernetes;

/// <summary>Reads a text up to a limit: a device or a pipe may never end. Every file that a user names is read here.</summary>
public static class BoundedText
{
    /// <summary>
    /// The most of a certificate, key or token file or of a plugin's output, in characters: 1 Mi, which is what a Secret can hold.
    /// </summary>
    /// <remarks>Source: Kubernetes, "Secrets", "Size limit".</remarks>
    public const int MaxSecret = 1024 * 1024;

    /// <summary>
    /// The most of a kubeconfig, in characters: 16 Mi, which holds a thousand clusters and users with their certificates.
    /// </summary>
    public const int MaxKubeconfig = 16 * 1024 * 1024;

    /// <summary>The most of a file of objects, in characters: 128 Mi, more than what kubectl prints of ten thousand tenants.</summary>
    public const int MaxObjects = 128 * 1024 * 1024;

    private const int Step = 64 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="max">The longest text, in characters.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read; names the file.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be read; names the file.</exception>
    public static string ReadFile(string file, int max = MaxSecret)
    {
        using var reader = File.OpenText(file);
        return Read(reader, max, $"'{file}'");
    }

    /// <summary>Reads a text.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="max">The longest text, in characters.</param>
    /// <param name="name">What it is called in an error.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read.</exception>
    public static string Read(TextReader reader, int max, string name = "it")
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (reader.ReadBlock(part) is > 0 and var length)
        {
            Add(text, part.AsSpan(0, length), max, name);
        }

        return text.ToString();
    }

    /// <summary>Reads a text that comes bit by bit.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="max">The longest text, in characters.</param>
    /// <param name="line">Receives each line, without its end, as soon as it is complete.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer, or can't be read.</exception>
    public static async Task<string> ReadAsync(TextReader reader, int max, Action<string> line, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(line);
        var (text, part, start) = (new StringBuilder(), new char[Step], 0);
        while (await reader.ReadAsync(part, cancellation) is > 0 and var length)
        {
            var from = text.Length;
            Add(text, part.AsSpan(0, length), max, "it");
            for (var at = Array.IndexOf(part, '\n', 0, length); at >= 0; at = Array.IndexOf(part, '\n', at + 1, length - at - 1))
            {
                line(text.ToString(start, from + at - start).TrimEnd('\r'));
                start = from + at + 1;
            }
        }

        if (start < text.Length)
        {
            line(text.ToString(start, text.Length - start));
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, ReadOnlySpan<char> part, int max, string name)
    {
        if (text.Length + part.Length > max)
        {
            throw new IOException($"{name} is longer than {max >> 20} Mi characters");
        }

        text.Append(part);
    }
}
