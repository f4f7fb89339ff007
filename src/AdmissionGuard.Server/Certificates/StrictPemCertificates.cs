using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Certificates that are written one after the other, all of them or none.</summary>
internal static class StrictPemCertificates
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads them.</summary>
    /// <exception cref="ServingCertificateException">One of them is not whole.</exception>
    public static X509Certificate2Collection Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ServingCertificateException(e.Message.ReplaceLineEndings(" "), e);
        }

        // A truncated certificate is skipped silently.
        return certificates.Count == pem.AsSpan().Count(Begin)
            ? certificates
            : throw new ServingCertificateException("it contains an incomplete certificate");
    }
}
