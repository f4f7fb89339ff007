using System.Text.Json;
using Microsoft.Extensions.Logging.Console;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Configures the log: JSON lines on standard output.</summary>
internal static class LogSetup
{
    public static void AddJsonLines(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failed start is reported once, by the command; a failed loop is logged with its exception as Critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // It would log at every probe what its source logs once as an error.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        // The reader of the log may stall; reviews continue, and the console reports how many lines were dropped.
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "O";
            console.JsonWriterOptions = new JsonWriterOptions { Encoder = PrintableJson.Encoder };
        });
    }
}
