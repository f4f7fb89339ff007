using System.CommandLine;
using System.CommandLine.Parsing;

namespace AdmissionGuard.Commands;

/// <summary>The options of a command line whose values are not the defaults.</summary>
internal static class ChangedFlags
{
    /// <summary>Lists them.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="except">Options that are left out.</param>
    /// <returns>Each as <c>--name=value</c>, in the order of the help.</returns>
    public static IReadOnlyList<string> Of(ParseResult parse, params Option[] except) =>
    [
        .. parse.CommandResult.Command.Options.Except(except)
            .Select(parse.GetResult)
            .OfType<OptionResult>()
            .Where(static result => result is { Implicit: false, Tokens.Count: > 0 } && !IsDefault(result))
            .Select(static result => $"{result.Option.Name}={string.Join(',', result.Tokens.Select(static token => token.Value))}"),
    ];

    private static bool IsDefault(OptionResult result) =>
        result.Option.HasDefaultValue && Equals(result.Option.GetDefaultValue(), result.GetValueOrDefault<object>());
}
