using System.Collections.Immutable;
using System.Globalization;
using Cronos;

namespace AdmissionGuard.Core.Policies;

/// <summary>A time in which namespaces may change tenants, again and again: <c>0 22 * * FRI for 4h in Europe/Berlin</c>.</summary>
/// <remarks>The start is a clock's time in the zone, the duration is elapsed time: a change of daylight saving moves neither the one nor the other.</remarks>
public sealed class MaintenanceWindow
{
    private readonly CronExpression _start;
    private readonly TimeSpan _duration;
    private readonly TimeZoneInfo _zone;
    private readonly string _text;

    private MaintenanceWindow(string text, CronExpression start, TimeSpan duration, TimeZoneInfo zone)
    {
        _text = text;
        _start = start;
        _duration = duration;
        _zone = zone;
    }

    /// <summary>The most windows that a text may hold.</summary>
    public const int MostWindows = 32;

    /// <summary>The longest text of a window, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>The shortest window: a minute.</summary>
    public static TimeSpan MinDuration { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest window: a week.</summary>
    public static TimeSpan MaxDuration { get; } = TimeSpan.FromDays(7);

    /// <summary>Reads a window.</summary>
    /// <param name="text"><c>CRON for DURATION in ZONE</c>: five cron fields, a duration as in <c>4h</c>, <c>90m</c> or <c>1h30m</c> of at most a week, an IANA time zone.</param>
    /// <returns>The window.</returns>
    /// <exception cref="FormatException">The text is none; the message says which part is wrong.</exception>
    public static MaintenanceWindow Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            throw new FormatException($"{MessageText.Quote(text)} is longer than {MaxLength} characters");
        }

        var (forAt, inAt) = (text.IndexOf(" for ", StringComparison.Ordinal), text.LastIndexOf(" in ", StringComparison.Ordinal));
        if (forAt < 0 || inAt < forAt + " for ".Length)
        {
            throw new FormatException($"{MessageText.Quote(text)} is not CRON for DURATION in ZONE, as in 0 22 * * FRI for 4h in Europe/Berlin");
        }

        var duration = text[(forAt + " for ".Length)..inAt].Trim();
        return new MaintenanceWindow(text.Trim(), StartOf(text[..forAt].Trim()), DurationOf(duration), ZoneOf(text[(inAt + " in ".Length)..].Trim()));
    }

    /// <summary>Reads several windows, with <c>;</c> or a line break between them.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The windows.</returns>
    /// <exception cref="FormatException">One of them is none.</exception>
    public static ImmutableArray<MaintenanceWindow> ParseAll(string text)
    {
        var windows = text.Split([';', '\n'], MostWindows + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return windows.Length <= MostWindows ? [.. windows.Select(Parse)] : throw new FormatException($"there are more than {MostWindows} windows");
    }

    /// <summary>Whether it is open.</summary>
    /// <param name="time">The time.</param>
    /// <returns><see langword="true"/> from its start, inclusive, to its end, exclusive.</returns>
    public bool IsOpenAt(DateTimeOffset time) => _start.GetNextOccurrence(time - _duration, _zone) <= time;

    /// <summary>When it opens next.</summary>
    /// <param name="time">The time to look from, exclusive.</param>
    /// <returns>The time in the window's own zone; <see langword="null"/> for never.</returns>
    public DateTimeOffset? NextOpening(DateTimeOffset time) => _start.GetNextOccurrence(time, _zone);

    /// <summary>A time as people of the window's zone write it.</summary>
    /// <param name="time">The time.</param>
    /// <returns>For instance <c>2026-11-27 22:00 (Europe/Berlin, UTC+01:00)</c>.</returns>
    public string Show(DateTimeOffset time)
    {
        var there = TimeZoneInfo.ConvertTime(time, _zone);
        return string.Create(CultureInfo.InvariantCulture, $"{there:yyyy-MM-dd HH:mm} ({_zone.Id}, UTC{there:zzz})");
    }

    /// <inheritdoc />
    public override string ToString() => _text;

    private static CronExpression StartOf(string text)
    {
        try
        {
            return CronExpression.Parse(text);
        }
        catch (CronFormatException e)
        {
            throw new FormatException($"{MessageText.Quote(text)} is not five cron fields (minute, hour, day of month, month, day of week): {e.Message}", e);
        }
    }

    private static TimeSpan DurationOf(string text) =>
        DurationText.Parse(text) is { } duration && duration >= MinDuration && duration <= MaxDuration
            ? duration
            : throw new FormatException($"{MessageText.Quote(text)} is not a duration of a minute to a week, as in 4h, 90m, 1.5h, 1h30m or 2d");

    private static TimeZoneInfo ZoneOf(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new FormatException($"{MessageText.Quote(name)} is not an IANA time zone that is known here (is tzdata installed?)");
}
