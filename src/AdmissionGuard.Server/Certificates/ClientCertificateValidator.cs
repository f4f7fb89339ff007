using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates;

/// <summary>Accepts clients with a certificate of one authority and with one of these names.</summary>
internal sealed class ClientCertificateValidator
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly X509Certificate2Collection _roots;
    private readonly ImmutableArray<string> _names;

    private ClientCertificateValidator(X509Certificate2Collection roots, ImmutableArray<string> names) => (_roots, _names) = (roots, names);

    /// <summary>Reads the authority.</summary>
    /// <param name="pem">Its certificate; several in one text are all trusted, as a change of authority needs.</param>
    /// <param name="names">The names that are let in; none for any.</param>
    /// <exception cref="ServingCertificateException">The text holds no certificate, or half a one.</exception>
    public static ClientCertificateValidator Read(string pem, ImmutableArray<string> names)
    {
        var roots = StrictPemCertificates.Read(pem);
        return roots.Count > 0
            ? new ClientCertificateValidator(roots, names)
            : throw new ServingCertificateException("it contains no PEM certificate");
    }

    /// <summary>Why a client is refused.</summary>
    /// <param name="certificate">The certificate that it presented.</param>
    /// <param name="shown">The other certificates that it presented.</param>
    /// <returns><see langword="null"/> if it is accepted.</returns>
    public string? Refusal(X509Certificate? certificate, X509Chain? shown)
    {
        if (certificate is not X509Certificate2 client)
        {
            return RejectedClientCertificates.None;
        }

        try
        {
            return !IsForClients(client) || !IsTrusted(client, shown) ? RejectedClientCertificates.Authority
                : _names.IsEmpty || NamesOf(client).Any(name => _names.Contains(name, StringComparer.Ordinal)) ? null
                : RejectedClientCertificates.Name;
        }
        catch (CryptographicException)
        {
            // The client controls its content: an unreadable certificate is refused like any other.
            return RejectedClientCertificates.Authority;
        }
    }

    // The chain's own policy takes a certificate without this extension for one that may be used for anything:
    // the authority's own certificate, or one that it signed for some other use.
    private static bool IsForClients(X509Certificate2 client) => client.Extensions
        .OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>())
        .Any(use => use.Value == ClientAuthentication.Value);

    private bool IsTrusted(X509Certificate2 client, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        if (shown is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainPolicy.ExtraStore);
        }

        return chain.Build(client);
    }

    /// <summary>The names that a certificate bears.</summary>
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate) => certificate.Extensions
        .OfType<X509SubjectAlternativeNameExtension>()
        .SelectMany(extension => extension.EnumerateDnsNames())
        .Concat(certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
            .Select(part => part.GetSingleElementValue())
            .OfType<string>());
}
