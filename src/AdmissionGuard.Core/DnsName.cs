namespace AdmissionGuard.Core;

/// <summary>The DNS names of RFC 1123 that Kubernetes' objects have.</summary>
/// <remarks>Source: Kubernetes' <c>k8s.io/apimachinery/pkg/util/validation</c>.</remarks>
public static class DnsName
{
    /// <summary>The longest label, in characters.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>A label as a regular expression, in what .NET and JSON Schema have in common.</summary>
    public const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    /// <summary>A subdomain as a regular expression: labels with dots between them.</summary>
    public const string SubdomainPattern = $@"{LabelPattern}(\.{LabelPattern})*";

    /// <summary>Whether the text is a label: lower-case letters, digits and <c>-</c>, with a letter or digit at both ends.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsLabel(string text) => !text.Contains('.', StringComparison.Ordinal) && IsSubdomain(text, MaxLabelLength);

    /// <summary>Whether the text is a subdomain: labels with dots between them.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">The longest allowed, in characters.</param>
    public static bool IsSubdomain(string text, int maxLength)
    {
        if (text.Length == 0 || text.Length > maxLength)
        {
            return false;
        }

        var previous = '.';
        foreach (var c in text)
        {
            var fits = c switch
            {
                >= 'a' and <= 'z' or >= '0' and <= '9' => true,
                '-' => previous is not '.',
                '.' => previous is not '.' and not '-',
                _ => false,
            };
            if (!fits)
            {
                return false;
            }

            previous = c;
        }

        return previous is not '.' and not '-';
    }
}
