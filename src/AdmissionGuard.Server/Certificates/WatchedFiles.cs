using System.Security.Cryptography;
using System.Text;
using AdmissionGuard.Kubernetes;
using AdmissionGuard.Server.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Files that are read again whenever their content changes.</summary>
/// <param name="name">What they are and where, for messages.</param>
/// <param name="files">The files.</param>
/// <param name="apply">Puts their contents in use, checked for a time or not at all, and returns a description.</param>
/// <param name="lastKnownGood">Keeps the last good ones.</param>
internal sealed class WatchedFiles(string name, IReadOnlyList<string> files, Func<IReadOnlyList<string>, DateTimeOffset?, string> apply, LastKnownGood lastKnownGood)
{
    /// <summary>Reads them for the first time.</summary>
    /// <exception cref="ServingCertificateException">They can't be used.</exception>
    public void Load()
    {
        try
        {
            var (contents, fingerprint, unreadable) = Read();
            apply(unreadable is null ? contents : throw unreadable, null);
            lastKnownGood.StartWith(fingerprint);
        }
        catch (ServingCertificateException e)
        {
            throw new ServingCertificateException($"the {name} can't be loaded: {e.Message}", e);
        }
    }

    /// <summary>Looks at them.</summary>
    public ReloadResult Check(DateTimeOffset now, ILogger logger)
    {
        var (contents, fingerprint, unreadable) = Read();
        return lastKnownGood.Update(fingerprint, () => apply(unreadable is null ? contents : throw unreadable, now), logger);
    }

    // Read once: the compared content is the used content, even if the files change meanwhile.
    private (IReadOnlyList<string> Contents, string Fingerprint, ServingCertificateException? Unreadable) Read()
    {
        try
        {
            string[] contents = [.. files.Select(file => BoundedText.ReadFile(file))];
            return (contents, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', contents)))), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], e.Message, new ServingCertificateException(e.Message, e));
        }
    }
}
