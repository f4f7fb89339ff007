using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace AdmissionGuard.Tools.Planning.Contents;

/// <summary>Reads quantities, with the limit that Kubernetes has for them.</summary>
/// <remarks>Source: Kubernetes, <c>apimachinery/pkg/api/resource</c>: larger ones are capped at 2^63-1.</remarks>
internal static partial class QuantityText
{
    private const int MaxLength = 64;

    // Beyond the range of decimal for any mantissa: larger values are capped, and never computed.
    private const int MaxExponent = 60;

    /// <exception cref="FormatException">It is not a quantity.</exception>
    public static decimal Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException("a quantity is too long");
        }

        var exponent = Exponent().Match(text);
        if (exponent.Success
            && (!int.TryParse(exponent.ValueSpan[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
                || Math.Abs(power) > MaxExponent))
        {
            return exponent.Value.Contains('-', StringComparison.Ordinal) ? 0 : Largest(text);
        }

        try
        {
            var quantity = new ResourceQuantity(text).ToDecimal();
            return Math.Abs(quantity) > long.MaxValue ? Largest(text) : quantity;
        }
        catch (OverflowException)
        {
            return Largest(text);
        }
        catch (ArgumentException e)
        {
            throw new FormatException("not a quantity", e);
        }
    }

    private static decimal Largest(string text) => text.StartsWith('-') ? -long.MaxValue : long.MaxValue;

    [GeneratedRegex("[eE][-+]?[0-9]+$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Exponent();
}
