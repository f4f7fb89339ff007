using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Tls;

/// <summary>The certificates in a PEM text, ignoring all other content.</summary>
internal static class PemCertificates
{
    private const string Label = "CERTIFICATE";

    /// <summary>Reads the certificates.</summary>
    /// <param name="pem">The text.</param>
    /// <returns>The certificates; those that can't be read are left out, as Go does.</returns>
    public static IReadOnlyList<X509Certificate2> Read(string pem)
    {
        var certificates = new List<X509Certificate2>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is Label && TryLoad(rest[fields.Base64Data]) is { } certificate)
            {
                certificates.Add(certificate);
            }

            rest = rest[fields.Location.End..];
        }

        return certificates;
    }

    private static X509Certificate2? TryLoad(ReadOnlySpan<char> base64)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(base64.ToString()));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
