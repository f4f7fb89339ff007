using System.Buffers;
using System.Globalization;

namespace AdmissionGuard.Core;

/// <summary>Durations as Go and Kubernetes write them, and days: <c>10s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>2d</c>.</summary>
public static class DurationText
{
    // Ten years: more is a mistake, and exceeds the range of timers.
    private const double MostSeconds = 10 * 366 * 24 * 3600.0;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>
    /// Parses a duration: numbers, each with its unit (<c>d</c>, <c>h</c>, <c>m</c>, <c>s</c> or <c>ms</c>), or <c>0</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The duration, at most ten years; <see langword="null"/> if the text is not a duration.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var rest = text.AsSpan();
        var seconds = 0.0;
        do
        {
            var unitAt = rest.IndexOfAnyExcept(Digits);
            if (unitAt < 1
                || !double.TryParse(rest[..unitAt], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[unitAt..];
            var end = rest.IndexOfAny(Digits);
            var unit = end is -1 ? rest : rest[..end];
            rest = rest[unit.Length..];
            seconds += number * unit switch
            {
                "d" => 24 * 3600,
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 0.001,
                _ => double.NaN,
            };
        }
        while (rest.Length > 0);

        return seconds <= MostSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>Formats a duration in hours, minutes and seconds.</summary>
    /// <param name="duration">The duration.</param>
    /// <returns>For instance <c>1h30m</c> or <c>0.25s</c>; <see cref="Parse"/> reads it.</returns>
    public static string Format(TimeSpan duration)
    {
        var (hours, minutes, seconds) = ((long)duration.TotalHours, duration.Minutes, duration.Seconds + (duration.Milliseconds / 1000.0));
        var text = string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 ? $"{hours}h" : "")}{(minutes > 0 ? $"{minutes}m" : "")}");
        return seconds > 0 || text.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{text}{seconds:0.###}s") : text;
    }
}
