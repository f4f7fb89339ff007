using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using AdmissionGuard.Tools.Output;

namespace AdmissionGuard.Commands.Completion;

/// <summary>
/// Answers <c>admissionguard '[suggest:N]' LINE</c>, which the scripts of <c>admissionguard completion</c> ask: whole words that can take
/// the place of the last word of the first N characters, one per line, or <see cref="Files"/>.
/// </summary>
/// <remarks>
/// The library finds them, and leaves out what does not contain the last word. It does not complete <c>--name=value</c>, and offers
/// options where a value is meant.
/// </remarks>
/// <param name="directive">The directive.</param>
internal sealed class SuggestAction(Directive directive) : SynchronousCommandLineAction
{
    /// <summary>The line that tells a script to complete the names of files. No other word begins with a colon.</summary>
    public const string Files = ":files";

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var line = parseResult.Tokens.LastOrDefault(token => token.Type is not TokenType.Directive)?.Value ?? "";
        var given = parseResult.GetResult(directive)?.Values is [var count, ..] ? count : "";
        var end = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n < line.Length ? n : line.Length;
        try
        {
            foreach (var word in Words(parseResult.RootCommandResult.Command, line[..end]))
            {
                parseResult.InvocationConfiguration.Output.WriteLine(word);
            }
        }
        catch (Exception e) when (e is not OutputException)
        {
            // A line that can't be completed, as with an unpaired quotation mark: there is nobody to tell.
        }

        return ExitCode.Done;
    }

    /// <summary>The words.</summary>
    /// <param name="root">The program's command.</param>
    /// <param name="line">What was typed up to the cursor.</param>
    internal static IReadOnlyList<string> Words(Command root, string line)
    {
        var word = line[(line.LastIndexOf(' ') + 1)..];
        var equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
        if (equals > 0)
        {
            var option = word[..equals];
            var values = Words(root, $"{line[..^word.Length]}{option} {word[(equals + 1)..]}");
            return values is [Files] ? values :
            [
                .. values.Where(value => !value.StartsWith("--", StringComparison.Ordinal)).Select(value => $"{option}={value}"),
            ];
        }

        var found = root.Parse(line).GetCompletions(line.Length).Select(item => item.Label).Distinct(StringComparer.Ordinal).ToList();
        if (word.StartsWith('-'))
        {
            return [.. found.Where(each =>
                each.StartsWith("--", StringComparison.Ordinal) && each.StartsWith(word, StringComparison.Ordinal))];
        }

        var plain = found.Where(each => !each.StartsWith('-') && !each.StartsWith('/') && !each.StartsWith(':')).ToList();
        return found.Exists(each => each.StartsWith(Files, StringComparison.Ordinal)) ? [Files]
            : plain is [] && word.Length == 0 ? [.. found.Where(each => each.StartsWith("--", StringComparison.Ordinal))]
            : [.. plain.Where(each => each.StartsWith(word, StringComparison.Ordinal))];
    }
}
