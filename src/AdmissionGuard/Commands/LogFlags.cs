using System.CommandLine;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Commands;

/// <summary>The options of <c>serve</c> for its log.</summary>
internal sealed class LogFlags
{
    private static readonly (string Word, LogFormat Format)[] Formats = [("json", LogFormat.Json), ("text", LogFormat.Text)];

    private static readonly (string Word, LogLevel Level)[] Levels = [
        ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error)
    ];

    private readonly Option<string> _format = OneOf(
        "--log-format", "Format of the log: json, with each value in a field, or text, for people", "json",
        [.. Formats.Select(static each => each.Word)]);

    private readonly Option<string> _level = OneOf(
        "--log-level",
        "The lowest level that is logged; decisions are info, so that warn and error log no decision, and debug logs those of both "
            + "webhooks",
        "info",
        [.. Levels.Select(static each => each.Word)]);

    /// <summary>Adds them to a command.</summary>
    public LogFlags(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_level);
    }

    /// <summary>The given values.</summary>
    public LogOptions Read(ParseResult parse) => new(
        Formats.First(each => Is(each.Word, parse.GetRequiredValue(_format))).Format,
        Levels.First(each => Is(each.Word, parse.GetRequiredValue(_level))).Level);

    private static Option<string> OneOf(string name, string description, string standard, string[] words)
    {
        var option = new Option<string>(name)
        {
            HelpName = string.Join('|', words),
            Description = description,
            DefaultValueFactory = _ => standard,
        };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !words.Any(word => Is(word, value)))
            {
                result.AddError($"{name}: '{value}' is not {string.Join(", ", words.SkipLast(1))} or {words[^1]}");
            }
        });
        return option;
    }

    private static bool Is(string word, string value) => word.Equals(value, StringComparison.OrdinalIgnoreCase);
}
