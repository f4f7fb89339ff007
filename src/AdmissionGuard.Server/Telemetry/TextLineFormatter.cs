using System.Globalization;
using AdmissionGuard.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Writes an event as one line for people: <c>TIME LEVEL SOURCE[EVENT]: TEXT</c>.</summary>
/// <remarks>
/// The text of an event contains its fields. Characters that don't only show are escaped, line breaks among them: no text can begin a line.
/// </remarks>
internal sealed class TextLineFormatter(TimeProvider time) : ConsoleFormatter(Id)
{
    /// <summary>Its name among the formatters.</summary>
    public const string Id = "admissionguard-text";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var source = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var exception = logEntry.Exception is { } thrown ? $"; {thrown}" : "";
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(logEntry.LogLevel),-5} {source}[{logEntry.EventId.Id}]: "
                + $"{Printable.Escape(text + exception)}"));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };
}
