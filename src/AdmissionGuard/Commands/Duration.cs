using System.Buffers;
using System.CommandLine;
using System.Globalization;

namespace AdmissionGuard.Commands;

/// <summary>A time as Go and Kubernetes write it: <c>10s</c>, <c>1m30s</c>, <c>2160h</c>.</summary>
/// <param name="Time">The time.</param>
internal readonly record struct Duration(TimeSpan Time)
{
    // Ten years: more is a mistake, and exceeds the range of timers.
    private const double MostSeconds = 10 * 366 * 24 * 3600.0;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>An option whose value is one.</summary>
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

            result.AddError($"{name}: '{text}' is not a duration, as in 10s, 1m30s or 2160h");
            return default;
        },
    };

    /// <summary>Reads <c>1h30m</c>, <c>90s</c>, <c>250ms</c> or <c>0</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The time, or <see langword="null"/> if the text is none.</returns>
    public static Duration? Parse(string text)
    {
        if (text == "0")
        {
            return default(Duration);
        }

        var rest = text.AsSpan();
        var seconds = 0.0;
        do
        {
            var unitAt = rest.IndexOfAnyExcept(Digits);
            if (unitAt < 1 || !double.TryParse(rest[..unitAt], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[unitAt..];
            var end = rest.IndexOfAny(Digits);
            var unit = end < 0 ? rest : rest[..end];
            rest = rest[unit.Length..];
            seconds += number * unit switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 0.001,
                _ => double.NaN,
            };
        }
        while (rest.Length > 0);

        return seconds <= MostSeconds ? new Duration(TimeSpan.FromSeconds(seconds)) : null;
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var (hours, minutes, seconds) = ((long)Time.TotalHours, Time.Minutes, Time.Seconds + (Time.Milliseconds / 1000.0));
        var text = string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 ? $"{hours}h" : "")}{(minutes > 0 ? $"{minutes}m" : "")}");
        return seconds > 0 || text.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}{seconds:0.###}s") : text;
    }
}
