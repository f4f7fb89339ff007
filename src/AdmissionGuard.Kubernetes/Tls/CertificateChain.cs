using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Kubernetes.Tls;

/// <summary>A chain from a server's certificate upwards.</summary>
internal sealed class CertificateChain : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyUsage = "2.5.29.37.0";

    // Where a chain ends in an anchor that is no root, the platform says so of the anchor: that is no fault here.
    private const X509ChainStatusFlags OfAnEnd = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    // Signatures by MD5 and SHA-1, with RSA, DSA and ECDSA: Go does not verify them.
    private static readonly string[] WeakSignatures =
        ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10040.4.3", "1.2.840.10045.4.1"];

    private readonly X509Chain _chain;
    private readonly bool _isBySystem;
    private readonly DateTimeOffset _now;

    private CertificateChain(X509Chain chain, bool isBySystem, DateTimeOffset now) =>
        (_chain, _isBySystem, _now) = (chain, isBySystem, now);

    /// <summary>How many certificates it has.</summary>
    public int Length => _chain.ChainElements.Count;

    /// <summary>Builds a chain.</summary>
    /// <param name="leaf">The server's certificate.</param>
    /// <param name="sent">What the server sent with it.</param>
    /// <param name="anchor">The trusted certificate; <see langword="null"/> for those of the system.</param>
    /// <param name="time">The clock.</param>
    public static CertificateChain Build(
        X509Certificate2 leaf, IEnumerable<X509Certificate2> sent, X509Certificate2? anchor, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.UtcDateTime;
        policy.ExtraStore.AddRange(sent.ToArray());
        if (anchor is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.Add(anchor);
        }

        // The status is checked for each certificate.
        _ = chain.Build(leaf);
        return new CertificateChain(chain, anchor is null, now);
    }

    /// <summary>Whether two certificates are the same, byte for byte.</summary>
    public static bool IsSame(X509Certificate2 one, X509Certificate2 other) =>
        one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    /// <summary>The position of a certificate in it.</summary>
    /// <returns>Its place from the server's upwards; <see langword="null"/> if it is not in the chain.</returns>
    public int? IndexOf(X509Certificate2 certificate)
    {
        var index = _chain.ChainElements.Index()
            .Where(element => IsSame(element.Item.Certificate, certificate))
            .Select(element => (int?)element.Index);
        return index.FirstOrDefault();
    }

    /// <summary>Looks at the lower part of it.</summary>
    /// <param name="count">How many certificates count; the last of them is the one that is trusted.</param>
    /// <returns>What is wrong; <see langword="null"/> for nothing.</returns>
    public string? Refusal(int count)
    {
        var elements = _chain.ChainElements.Take(count).ToList();
        return elements.Select((element, index) => Refusal(element, index, isEnd: index == count - 1))
            .FirstOrDefault(refusal => refusal is not null)
            ?? (elements.Count == 0 ? "its certificate can't be read" : null);
    }

    public void Dispose()
    {
        foreach (var element in _chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        _chain.Dispose();
    }

    private string? Refusal(X509ChainElement element, int index, bool isEnd)
    {
        var certificate = element.Certificate;
        var whose = index == 0 ? "its certificate" : $"the certificate of its authority '{ServerNames.Printable(certificate.Subject)}'";
        // The platform does not look at the dates of an end that is no root.
        var (from, to) = (new DateTimeOffset(
            certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        if (_now < from)
        {
            return $"{whose} is not valid before {Moment(from)}";
        }

        if (_now > to)
        {
            return $"{whose} expired at {Moment(to)}";
        }

        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(usage => usage.EnhancedKeyUsages.OfType<Oid>())
            .Select(oid => oid.Value)
            .ToList();
        if (usages is not [] && !usages.Any(usage => usage is ServerAuthentication or AnyUsage))
        {
            return $"{whose} is not for servers (extended key usage)";
        }

        if (!isEnd && WeakSignatures.Contains(certificate.SignatureAlgorithm.Value, StringComparer.Ordinal))
        {
            return $"{whose} is signed by an algorithm that is not secure ({certificate.SignatureAlgorithm.FriendlyName})";
        }

        var flags = element.ChainElementStatus.Aggregate(
            X509ChainStatusFlags.NoError, (all, status) => all | status.Status) & ~X509ChainStatusFlags.NotTimeValid;
        return (isEnd && !_isBySystem ? flags & ~OfAnEnd : flags) switch
        {
            X509ChainStatusFlags.NoError => null,
            var wrong when (wrong & OfAnEnd) != X509ChainStatusFlags.NoError => "its certificate is signed by an unknown authority",
            var wrong => $"{whose} is refused ({wrong})",
        };
    }

    private static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
