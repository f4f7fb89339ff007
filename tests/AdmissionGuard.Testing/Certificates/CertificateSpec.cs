using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Testing;

/// <summary>What a test certificate says of itself.</summary>
/// <param name="Subject">Its common name.</param>
public sealed record CertificateSpec(string Subject)
{
    /// <summary>The extended key usage of a server.</summary>
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>The extended key usage of a client.</summary>
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Any extended key usage.</summary>
    public const string AnyUsage = "2.5.29.37.0";

    private const string SubjectAlternativeNames = "2.5.29.17";
    private const string NameConstraints = "2.5.29.30";

    /// <summary>The subject's organizations: the groups of a client certificate.</summary>
    public ImmutableArray<string> Organizations { get; init; } = [];

    /// <summary>Whether it may sign others; <see langword="null"/> for no basic constraints.</summary>
    public bool? IsAuthority { get; init; } = false;

    /// <summary>How many authorities may follow below it.</summary>
    public int? PathLength { get; init; }

    /// <summary>The subject alternative names: IP addresses, and DNS names with <c>dns:</c> in front.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Whether the subject alternative names are cut off.</summary>
    public bool HasUnreadableNames { get; init; }

    /// <summary>The extended key usages, as OIDs; empty for no such extension.</summary>
    public ImmutableArray<string> Usages { get; init; } = [ServerAuth];

    /// <summary>The key usage; <see langword="null"/> for no such extension.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; }

    /// <summary>The only DNS subtree that certificates below it may name; <see langword="null"/> for any.</summary>
    public string? PermittedSubtree { get; init; }

    /// <summary>When it begins to be valid, counted from now.</summary>
    public TimeSpan From { get; init; } = TimeSpan.FromHours(-1);

    /// <summary>When it ceases to be valid, counted from now.</summary>
    public TimeSpan To { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether it is signed by SHA-1.</summary>
    public bool IsSignedBySha1 { get; init; }

    /// <summary>Whether it names the key of its issuer.</summary>
    public bool NamesIssuersKey { get; init; } = true;

    /// <summary>A server on loopback.</summary>
    public static CertificateSpec Loopback { get; } = new("admissionguard") { Names = ["127.0.0.1"], From = TimeSpan.FromDays(-2) };

    /// <summary>An authority that is valid for years.</summary>
    /// <param name="subject">Its common name.</param>
    /// <returns>The specification.</returns>
    public static CertificateSpec Authority(string subject) => new(subject)
    {
        IsAuthority = true,
        Usages = [],
        From = TimeSpan.FromDays(-1000),
        To = TimeSpan.FromDays(1000),
    };

    internal CertificateRequest Request(ECDsa key, X509Certificate2? issuer)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(Subject);
        foreach (var organization in Organizations)
        {
            subject.AddOrganizationName(organization);
        }

        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        foreach (var extension in Extensions(request.PublicKey, issuer))
        {
            request.CertificateExtensions.Add(extension);
        }

        return request;
    }

    private IEnumerable<X509Extension> Extensions(PublicKey key, X509Certificate2? issuer)
    {
        if (IsAuthority is { } isAuthority)
        {
            yield return new X509BasicConstraintsExtension(isAuthority, PathLength is not null, PathLength ?? 0, critical: true);
        }

        if (KeyUsage is { } usage)
        {
            yield return new X509KeyUsageExtension(usage, critical: true);
        }

        if (NamesIssuersKey)
        {
            yield return new X509SubjectKeyIdentifierExtension(key, critical: false);
        }

        if (NamesIssuersKey && issuer?.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault() is { } issuersKey)
        {
            yield return X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuersKey);
        }

        if (Usages is not [])
        {
            yield return new X509EnhancedKeyUsageExtension([.. Usages.Select(oid => new Oid(oid))], critical: false);
        }

        if (HasUnreadableNames)
        {
            // A DNS name that is longer than the bytes that follow.
            yield return new X509Extension(SubjectAlternativeNames, [0x30, 0x03, 0x82, 0x7f, 0x61], critical: false);
        }
        else if (Names is not [])
        {
            yield return AlternativeNames();
        }

        if (PermittedSubtree is { } subtree)
        {
            yield return new X509Extension(NameConstraints, Constraints(subtree), critical: true);
        }
    }

    // RFC 5280, 4.2.1.6: a GeneralName is a dNSName [2] or an iPAddress [7]. As they are given: a stranger may write anything.
    private X509Extension AlternativeNames()
    {
        var asn = new AsnWriter(AsnEncodingRules.DER);
        using (asn.PushSequence())
        {
            foreach (var name in Names)
            {
                if (name.StartsWith("dns:", StringComparison.Ordinal))
                {
                    asn.WriteCharacterString(UniversalTagNumber.IA5String, name[4..], new Asn1Tag(TagClass.ContextSpecific, 2));
                }
                else
                {
                    asn.WriteOctetString(IPAddress.Parse(name).GetAddressBytes(), new Asn1Tag(TagClass.ContextSpecific, 7));
                }
            }
        }

        return new X509Extension(SubjectAlternativeNames, asn.Encode(), critical: false);
    }

    // RFC 5280, 4.2.1.10: permittedSubtrees [0], each a GeneralSubtree whose base is a dNSName [2].
    private static byte[] Constraints(string subtree)
    {
        var asn = new AsnWriter(AsnEncodingRules.DER);
        using (asn.PushSequence())
        using (asn.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (asn.PushSequence())
        {
            asn.WriteCharacterString(UniversalTagNumber.IA5String, subtree, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        return asn.Encode();
    }
}
