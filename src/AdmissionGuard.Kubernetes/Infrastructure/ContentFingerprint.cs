using System.Security.Cryptography;
using System.Text;

namespace AdmissionGuard.Kubernetes.Infrastructure;

/// <summary>A digest that shows whether contents changed. Time stamps can't: they stay when the kubelet swaps the link above a file.</summary>
public static class ContentFingerprint
{
    /// <summary>Computes the digest of texts that were read already.</summary>
    /// <param name="contents">The texts, in order.</param>
    /// <returns>The digest, in hexadecimal.</returns>
    public static string Of(params IEnumerable<string> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(content + '\0'));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Computes the digest of files' names and contents.</summary>
    /// <param name="files">The files. One that can't be read, or is longer than a kubeconfig may be, counts as empty.</param>
    /// <returns>The digest, in hexadecimal.</returns>
    public static string OfFiles(IEnumerable<string> files) => Of(files.SelectMany(file => new[] { file, Read(file) }));

    private static string Read(string file)
    {
        try
        {
            return BoundedText.ReadFile(file, BoundedText.MaxKubeconfig);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
