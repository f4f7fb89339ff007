using System.Text.RegularExpressions;
using AdmissionGuard.Core;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>What kubectl would refuse by itself.</summary>
/// <remarks>Source: Kubernetes, "Object Names and IDs" and "Labels and Selectors".</remarks>
internal static partial class NamespaceName
{
    /// <summary>Whether it is a DNS-1123 label.</summary>
    public static bool IsValid(string name) => DnsName.IsLabel(name);

    /// <summary>Whether a label can have it as its value, and not the empty one.</summary>
    public static bool IsLabelValue(string value) => value.Length <= DnsName.MaxLabelLength && Value().IsMatch(value);

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Value();
}
