using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Testing;

/// <summary>A line of a log.</summary>
/// <param name="Category">Its category.</param>
/// <param name="Level">Its level.</param>
/// <param name="EventId">Its event ID.</param>
/// <param name="Message">Its text.</param>
/// <param name="Exception">The exception that was logged with it; <see langword="null"/> for none.</param>
internal sealed record LogLine(string Category, LogLevel Level, int EventId, string Message, Exception? Exception)
{
    /// <summary>The level and the text, as in <c>Warning: text</c>.</summary>
    public override string ToString() => $"{Level}: {Message}";
}
