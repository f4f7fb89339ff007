namespace AdmissionGuard.Server.Telemetry;

/// <summary>How lines of the log are written.</summary>
internal enum LogFormat
{
    /// <summary>JSON with each value in a field, for programs.</summary>
    Json,

    /// <summary>Plain text, for people.</summary>
    Text,
}

/// <summary>The options of the log.</summary>
/// <param name="Format">How lines are written.</param>
/// <param name="Level">The lowest level that is written.</param>
internal sealed record LogOptions(LogFormat Format = LogFormat.Json, LogLevel Level = LogLevel.Information);
