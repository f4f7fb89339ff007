using AdmissionGuard.Kubernetes;
using AdmissionGuard.Kubernetes.Infrastructure;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Files that are read again whenever their content changes.</summary>
/// <param name="name">What they are and where, for messages.</param>
/// <param name="files">The files.</param>
/// <param name="apply">Puts their contents in use, valid at a time or whenever, and returns a description.</param>
/// <param name="source">Keeps the last valid ones.</param>
internal sealed class WatchedFiles(
    string name, IReadOnlyList<string> files, Func<IReadOnlyList<string>, DateTimeOffset?, string> apply, CertificateSource source)
{
    /// <summary>Reads them for the first time.</summary>
    /// <exception cref="ServingCertificateException">They are invalid.</exception>
    public void Load()
    {
        try
        {
            var (contents, fingerprint, unreadable) = Read();
            source.StartWith(apply(unreadable is null ? contents : throw unreadable, null), fingerprint);
        }
        catch (ServingCertificateException e)
        {
            throw new ServingCertificateException($"the {name} can't be used: {e.Message}", e);
        }
    }

    /// <summary>Reads them again if they changed.</summary>
    public ReloadResult Reload(DateTimeOffset now, ILogger logger)
    {
        var (contents, fingerprint, unreadable) = Read();
        return source.Reload(fingerprint, () => apply(unreadable is null ? contents : throw unreadable, now), logger);
    }

    // Once: the contents that are compared are the contents that are used, whatever is written meanwhile.
    private (IReadOnlyList<string> Contents, string Fingerprint, ServingCertificateException? Unreadable) Read()
    {
        try
        {
            string[] contents = [.. files.Select(file => BoundedText.ReadFile(file))];
            return (contents, ContentFingerprint.Of(contents), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], e.Message, new ServingCertificateException(e.Message, e));
        }
    }
}
