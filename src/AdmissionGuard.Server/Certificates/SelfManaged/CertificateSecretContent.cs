using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AdmissionGuard.Kubernetes.Secrets;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>What the Secret holds, as far as it can be used.</summary>
/// <param name="Bundle">The authorities to publish.</param>
/// <param name="Signer">The one of them that signs; <see langword="null"/> where its key is not there, or not whole.</param>
/// <param name="SignerKey">Its key, PEM. Kept as text, because it would be unclear when to dispose an open key.</param>
internal sealed record CertificateSecretContent(ImmutableArray<X509Certificate2> Bundle, X509Certificate2? Signer, string? SignerKey)
{
    public const string CertificateName = "tls.crt";
    public const string KeyName = "tls.key";
    public const string BundleName = "ca.crt";
    public const string SignerKeyName = "ca.key";
    public const string PublishedSinceName = "admissionguard.io/authority-published";
    public const string LeafSinceName = "admissionguard.io/certificate-issued";

    /// <summary>The serving certificate; <see langword="null"/> if there is none that can be used.</summary>
    public CertificatePair? Leaf { get; init; }

    public DateTimeOffset? PublishedSince { get; init; }

    public DateTimeOffset? LeafSince { get; init; }

    /// <summary>Reads a Secret. What can't be used is not there.</summary>
    public static CertificateSecretContent Read(StoredSecret secret)
    {
        var bundle = CaBundlePem.Read(secret.Data(BundleName));
        var key = secret.Data(SignerKeyName);
        var signer = SignerOf(key, bundle);
        return new CertificateSecretContent(bundle, signer, signer is null ? null : key)
        {
            Leaf = PairIn(secret.Data(CertificateName), secret.Data(KeyName)),
            PublishedSince = TimeIn(secret.Annotation(PublishedSinceName)),
            LeafSince = TimeIn(secret.Annotation(LeafSinceName)),
        };
    }

    /// <summary>What is to be written of it.</summary>
    public ImmutableDictionary<string, string> Data()
    {
        var data = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        data[BundleName] = CaBundlePem.Write(Bundle);
        data[SignerKeyName] = SignerKey ?? "";
        if (Leaf is { Pem: var leaf })
        {
            (data[CertificateName], data[KeyName]) = leaf;
        }

        return data.ToImmutable();
    }

    /// <summary>When its steps were taken.</summary>
    public ImmutableDictionary<string, string?> Annotations() => ImmutableDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create(PublishedSinceName, Text(PublishedSince)),
        KeyValuePair.Create(LeafSinceName, Text(LeafSince)),
    ]);

    private static CertificatePair? PairIn(string certificate, string key)
    {
        try
        {
            return CertificatePair.Read(certificate, key);
        }
        catch (ServingCertificateException)
        {
            return null;
        }
    }

    private static X509Certificate2? SignerOf(string keyPem, ImmutableArray<X509Certificate2> bundle)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(keyPem);
            // A public key alone can't sign.
            _ = key.ExportParameters(includePrivateParameters: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }

        var publicKey = key.ExportSubjectPublicKeyInfo();
        return bundle.FirstOrDefault(authority => publicKey.AsSpan().SequenceEqual(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? TimeIn(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time) ? time : null;
}
