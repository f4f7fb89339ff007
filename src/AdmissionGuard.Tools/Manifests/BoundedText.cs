using System.Text;

namespace AdmissionGuard.Tools.Manifests;

/// <summary>Reads a text to its end, unless it has none: a device, or a pipe that never closes.</summary>
internal static class BoundedText
{
    /// <summary>The longest text, in characters: more than what kubectl prints of ten thousand tenants.</summary>
    public const int MaxLength = 128 * 1024 * 1024;

    private const int Step = 64 * 1024;

    /// <summary>Reads a text.</summary>
    /// <param name="reader">Reads it.</param>
    /// <returns>The text.</returns>
    /// <exception cref="IOException">It is longer than <see cref="MaxLength"/>, or can't be read.</exception>
    public static string Read(TextReader reader)
    {
        var (text, part) = (new StringBuilder(), new char[Step]);
        while (reader.ReadBlock(part) is > 0 and var length)
        {
            if (text.Length + length > MaxLength)
            {
                throw new IOException($"it is longer than {MaxLength >> 20} Mi characters");
            }

            text.Append(part, 0, length);
        }

        return text.ToString();
    }
}
