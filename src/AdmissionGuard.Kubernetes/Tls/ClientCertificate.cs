using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Tls;

/// <summary>The client certificate.</summary>
internal static class ClientCertificate
{
    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="certificate">The certificate and the chain that is sent with it, PEM.</param>
    /// <param name="key">The key, PEM.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They can't be read.</exception>
    /// <exception cref="ArgumentException">They can't be read, or do not belong together.</exception>
    public static SslStreamCertificateContext Read(string certificate, string key)
    {
        var leaf = X509Certificate2.CreateFromPem(certificate, key);
        return SslStreamCertificateContext.Create(leaf, [.. PemCertificates.Read(certificate).Skip(1)], offline: true);
    }
}
