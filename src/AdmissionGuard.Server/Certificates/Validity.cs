using System.Security.Cryptography.X509Certificates;

namespace AdmissionGuard.Server.Certificates;

/// <summary>When a certificate is valid.</summary>
internal sealed record Validity(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>When to renew it: when a third of its lifetime is left.</summary>
    public DateTimeOffset DueAt => From + ((Until - From) * 2 / 3);

    public bool Covers(DateTimeOffset time) => time >= From && time < Until;

    public static Validity Of(X509Certificate2 certificate) =>
        new(new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
}
