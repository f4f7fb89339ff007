using Microsoft.Extensions.Logging.Console;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Configures the log: one line for each event, on standard output.</summary>
internal static class LogSetup
{
    public static void AddLines(this ILoggingBuilder logging, LogOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.Level);
        logging.AddFilter("Microsoft", options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);
        // A failed start is reported once, by the command; a failed loop is logged with its exception as Critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // It would log at every probe what its source logs once as an error.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        logging.Services
            .AddSingleton<ConsoleFormatter, JsonLineFormatter>()
            .AddSingleton<ConsoleFormatter, TextLineFormatter>();
        logging.AddConsole(console =>
        {
            console.FormatterName = options.Format is LogFormat.Text ? TextLineFormatter.Id : JsonLineFormatter.Id;
            // The reader of the log may stall; reviews continue, and the console reports how many lines were dropped.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }
}
