using System.Security.Cryptography;
using System.Text;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Tells whether files changed, by content: a time stamp does not move when kubelet swaps the link above a file.</summary>
public static class FileFingerprint
{
    /// <summary>A digest of the files' contents; one that can't be read, or is longer than a kubeconfig may be, counts as empty.</summary>
    /// <param name="files">The files.</param>
    /// <returns>The digest, in hexadecimal.</returns>
    public static string Of(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file + '\0'));
            hash.AppendData(Read(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static byte[] Read(string file)
    {
        try
        {
            return Encoding.UTF8.GetBytes(BoundedText.ReadFile(file, BoundedText.MaxKubeconfig));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
