using System.Globalization;

namespace AdmissionGuard.Server.Admission;

/// <summary>The time limit of a decision, derived from the API server's timeout.</summary>
internal static class ReviewTimeout
{
    /// <summary>The value if the API server gives none: its default, 10 seconds.</summary>
    /// <remarks>Source: Kubernetes, "Dynamic Admission Control", timeouts.</remarks>
    private const int StandardSeconds = 10;

    private const int MostSeconds = 30;

    // The API server rounds the remaining time up to whole seconds, and the answer takes time to arrive.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1.25);

    /// <summary>The budget for a request.</summary>
    /// <param name="timeout">The query's <c>timeout</c>, as in <c>5s</c>; anything else counts as not given.</param>
    /// <returns>The time, less a margin of 1.25 seconds, but at least half of it.</returns>
    public static TimeSpan For(string? timeout)
    {
        var seconds = timeout is [.. var digits, 's']
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            && given > 0
            ? Math.Min(given, MostSeconds)
            : StandardSeconds;
        var whole = TimeSpan.FromSeconds(seconds);
        return whole - Margin > whole / 2 ? whole - Margin : whole / 2;
    }
}
