using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdmissionGuard.Kubernetes;

/// <summary>
/// What a plain scalar of YAML stands for, by the rules that kubectl follows: those of YAML 1.1, with <c>yes</c> and <c>on</c>.
/// </summary>
/// <remarks>Source: <c>sigs.k8s.io/yaml</c>, whose parser is go-yaml 2.</remarks>
public static partial class YamlScalar
{
    /// <summary>The JSON value of a scalar that was written without quotes and without a tag.</summary>
    /// <param name="text">The scalar.</param>
    /// <returns>A text, a number, a Boolean, or <see langword="null"/>.</returns>
    public static JsonValue? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => JsonValue.Create(true),
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => JsonValue.Create(false),
        _ when Number().IsMatch(text) => Numeric(text.Replace("_", "", StringComparison.Ordinal)) ?? JsonValue.Create(text),
        _ => JsonValue.Create(text),
    };

    private static JsonValue? Numeric(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? JsonValue.Create(hex)
                : null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonValue.Create(whole)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            && double.IsFinite(real) ? JsonValue.Create(real)
        : null;

    [GeneratedRegex(
        @"\A([-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
