using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Certificates;

/// <summary>The serving certificate can't be used.</summary>
/// <param name="message">Which file, and why.</param>
/// <param name="inner">The cause.</param>
public sealed class ServingCertificateException(string message, Exception inner) : Exception(message, inner);

/// <summary>The certificate that reviews are answered with.</summary>
internal sealed class ServingCertificate
{
    private readonly X509Certificate2 _certificate;

    private ServingCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        _certificate = certificate;
        TlsOptions = new SslServerAuthenticationOptions
        {
            // Built once: no look-up of issuers in a handshake, and sessions can be resumed.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            // The API server speaks HTTP/1.1 to webhooks.
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }

    public SslServerAuthenticationOptions TlsOptions { get; }

    /// <summary>Reads a certificate, its chain and its key.</summary>
    /// <exception cref="ServingCertificateException">A file is missing, or the two don't belong together.</exception>
    public static ServingCertificate Load(string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return new ServingCertificate(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ServingCertificateException($"the serving certificate {certificateFile} with key {keyFile} can't be used: {e.Message}", e);
        }
    }

    public bool IsValidAt(DateTimeOffset time) => time.UtcDateTime >= _certificate.NotBefore.ToUniversalTime() && time.UtcDateTime < _certificate.NotAfter.ToUniversalTime();
}
