using System.Security.Cryptography;
using System.Text;
using AdmissionGuard.Kubernetes.Inputs;

namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>Tells whether files changed, by content: a time stamp does not move when kubelet swaps the link above a file.</summary>
public static class FileFingerprint
{
    // What is longer is refused by whoever reads it, and a device has no end.
    // In UTF-8, a character of .NET takes three bytes at most.
    private const int MaxBytes = 3 * BoundedText.MaxKubeconfig;

    /// <summary>A digest of the first 48 MiB of each file; one that can't be read counts as empty.</summary>
    /// <param name="files">The files.</param>
    /// <returns>The digest, in hexadecimal.</returns>
    public static string Of(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + '\0'));
            Append(hash, file);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string file)
    {
        var (part, left) = (new byte[16 * 1024], MaxBytes);
        try
        {
            using var content = InputFile.Open(file);
            while (left > 0 && content.Read(part, 0, Math.Min(part.Length, left)) is > 0 and var length)
            {
                hash.AppendData(part, 0, length);
                left -= length;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it reports it.
        }
    }
}
