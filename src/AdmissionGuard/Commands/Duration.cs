using System.CommandLine;
using AdmissionGuard.Core;

namespace AdmissionGuard.Commands;

/// <summary>A duration, as options take and help shows it.</summary>
/// <param name="Time">The duration.</param>
internal readonly record struct Duration(TimeSpan Time)
{
    /// <summary>An option whose value is a duration.</summary>
    public static Option<Duration> Option(string name, string description, string standard, bool allowsZero = false) => new(name)
    {
        HelpName = "DURATION",
        Description = description,
        DefaultValueFactory = _ => Parse(standard)!.Value,
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (Parse(text) is { } duration && (allowsZero || duration.Time > TimeSpan.Zero))
            {
                return duration;
            }

            result.AddError($"{name}: '{text}' is not a duration, as in 10s, 1m30s, 1.5h or 90d");
            return default;
        },
    };

    /// <summary>Parses a duration.</summary>
    /// <returns>The duration; <see langword="null"/> if the text is not a duration.</returns>
    public static Duration? Parse(string text) => DurationText.Parse(text) is { } time ? new(time) : null;

    /// <inheritdoc />
    public override string ToString() => DurationText.Format(Time);
}
