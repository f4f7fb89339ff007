namespace AdmissionGuard.Core.Tenancies;

/// <summary>The rule for tenant names, checked before one goes into any path.</summary>
public static class TenantName
{
    /// <summary>The longest label value, in characters, and so the longest name of a tenant that a namespace can carry.</summary>
    /// <remarks>Source: Kubernetes, "Labels and Selectors", syntax and character set.</remarks>
    public const int MaxLength = 63;

    /// <summary>Whether the text is a DNS-1123 subdomain that fits a label.</summary>
    /// <param name="name">Any text.</param>
    /// <returns><see langword="true"/> for lower-case letters, digits, <c>-</c> and <c>.</c>, each part beginning and ending with a letter or digit.</returns>
    public static bool IsValid(string name) => DnsName.IsSubdomain(name, MaxLength);
}
