using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>Reads what <c>/version</c> says.</summary>
internal static partial class KubernetesVersion
{
    /// <summary>The minor version, as in 20 for <c>v1.20.5</c>.</summary>
    public static int? MinorOf(JsonObject version) =>
        Shape().Match(version.At("gitVersion").Text() ?? "") is { Success: true } match
            ? int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The version as its makers write it.</summary>
    public static string Shown(JsonObject version) => (version.At("gitVersion").Text() ?? "of an unknown version").TrimStart('v');

    [GeneratedRegex(
        @"\Av1\.(?<minor>[0-9]{1,4})\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
