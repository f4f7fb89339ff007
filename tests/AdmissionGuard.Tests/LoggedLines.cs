using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Tests;

/// <summary>The guard's log lines, as text.</summary>
internal sealed class LoggedLines : ILoggerProvider
{
    private static readonly string[] OwnRooms = [
        "AdmissionGuard.Server.Hosting", "AdmissionGuard.Server.Health", "AdmissionGuard.Server.TenancyScan", "AdmissionGuard.Kubernetes"
    ];

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _ownLines = new();
    private readonly ConcurrentQueue<string> _frameworkLines = new();

    /// <summary>Gives the lines about requests, and forgets them.</summary>
    public string[] Take() => Take(_lines);

    /// <summary>Gives the lines about what it does by itself, which come at any time, and forgets them.</summary>
    public string[] TakeOwn() => Take(_ownLines);

    /// <summary>Gives the lines that the framework writes, and forgets them.</summary>
    public string[] TakeFrameworks() => Take(_frameworkLines);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName switch
    {
        _ when OwnRooms.Any(room => categoryName.StartsWith(room, StringComparison.Ordinal)) => _ownLines,
        _ when categoryName.StartsWith("AdmissionGuard", StringComparison.Ordinal) => _lines,
        _ => _frameworkLines,
    });

    public void Dispose()
    {
        // Nothing is held.
    }

    private static string[] Take(ConcurrentQueue<string> lines)
    {
        var taken = new List<string>();
        while (lines.TryDequeue(out var line))
        {
            taken.Add(line);
        }

        return [.. taken];
    }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);
    }
}
