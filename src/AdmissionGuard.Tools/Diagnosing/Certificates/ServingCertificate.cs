using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Tools.Diagnosing.Certificates;

/// <summary>The certificate that the guard serves, as far as it is known.</summary>
/// <param name="Origin">Where it was found, as in "in Secret x" or "of x:443".</param>
/// <param name="Chain">The certificate itself, first, and what came with it.</param>
internal sealed record ServingCertificate(string Origin, IReadOnlyList<X509Certificate2> Chain)
{
    /// <summary>Why the guard can't serve it; <see langword="null"/> if it can.</summary>
    public string? InvalidReason { get; init; }

    public X509Certificate2 Leaf => Chain[0];

    /// <summary>Why the API server would refuse it.</summary>
    /// <param name="bundle">The authorities it trusts.</param>
    /// <param name="host">The name it calls.</param>
    /// <param name="now">The time.</param>
    /// <returns><see langword="null"/> if it would.</returns>
    public string? Error(X509Certificate2Collection bundle, string host, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle);
        chain.ChainPolicy.ExtraStore.AddRange(Chain.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        // The API server takes whatever is in a bundle for a root; times are checked one by one.
        chain.ChainPolicy.VerificationFlags = 
            X509VerificationFlags.AllowUnknownCertificateAuthority | X509VerificationFlags.IgnoreNotTimeValid;
        var isSound = chain.Build(Leaf);
        var anchor = chain.ChainElements.Select(element => element.Certificate)
            .FirstOrDefault(each => bundle.Any(trusted => trusted.RawDataMemory.Span.SequenceEqual(each.RawDataMemory.Span)));
        return !isSound || anchor is null ? "its certificate authority is not in the caBundle"
            : IsOver(anchor, now) ? $"its certificate authority expired on {Day(anchor.NotAfter)}"
            : !Names(host) ? $"it is not valid for the name {host}"
            : null;
    }

    // An invalid host name is in no certificate.
    private bool Names(string host) =>
        Uri.CheckHostName(host) is not UriHostNameType.Unknown && Leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false);

    public static bool IsOver(X509Certificate2 certificate, DateTimeOffset now) =>
        certificate.NotAfter.ToUniversalTime() <= now.UtcDateTime;

    public static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
