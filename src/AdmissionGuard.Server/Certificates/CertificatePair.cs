using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates;

/// <summary>A serving certificate with its chain and its key.</summary>
internal sealed class CertificatePair
{
    private CertificatePair(X509Certificate2 certificate, X509Certificate2Collection chain, (string Certificate, string Key) pem)
    {
        Pem = pem;
        Certificate = certificate;
        Chain = chain;
        Validity = Validity.Of(certificate);
        // Built once: no lookup of issuers in a handshake, and sessions can be resumed.
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>What it was read from.</summary>
    public (string Certificate, string Key) Pem { get; }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate and whatever came with it.</summary>
    public X509Certificate2Collection Chain { get; }

    public Validity Validity { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads a pair.</summary>
    /// <param name="certificate">The certificate and its chain, PEM.</param>
    /// <param name="key">Its key, PEM.</param>
    /// <param name="now">When it is to be valid; <see langword="null"/> for whenever.</param>
    /// <exception cref="ServingCertificateException">It is invalid, the two don't belong together, or it is not valid then.</exception>
    public static CertificatePair Read(string certificate, string key, DateTimeOffset? now = null)
    {
        try
        {
            var chain = StrictPemCertificates.Read(certificate);
            var pair = new CertificatePair(X509Certificate2.CreateFromPem(certificate, key), chain, (certificate, key));
            return now is null || pair.Validity.Covers(now.Value) ? pair
                : throw new ServingCertificateException(
                    now < pair.Validity.From ? $"it is not valid before {pair.Validity.From:u}" : $"it expired on {pair.Validity.Until:u}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ServingCertificateException(e.Message.ReplaceLineEndings(" "), e);
        }
    }
}
