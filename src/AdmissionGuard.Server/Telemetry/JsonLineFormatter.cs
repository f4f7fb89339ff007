using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Writes an event as one line of JSON, with its fields in <c>State</c>.</summary>
/// <remarks>.NET's own formatter also writes fields without a value, and the format of the text as the field {OriginalFormat}.</remarks>
internal sealed class JsonLineFormatter(TimeProvider time) : ConsoleFormatter(Id)
{
    /// <summary>Its name among the formatters.</summary>
    public const string Id = "admissionguard-json";

    private const string OriginalFormat = "{OriginalFormat}";

    private static readonly JsonWriterOptions Options = new() { Encoder = PrintableJson.Encoder };

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("Timestamp"u8, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            json.WriteNumber("EventId"u8, logEntry.EventId.Id);
            json.WriteString("LogLevel"u8, logEntry.LogLevel.ToString());
            json.WriteString("Category"u8, logEntry.Category);
            json.WriteString("Message"u8, logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("Exception"u8, exception.ToString());
            }

            WriteFields(json, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? []);
            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var isOpen = false;
        foreach (var (name, value) in fields)
        {
            if (name == OriginalFormat || value is null or "")
            {
                continue;
            }

            if (!isOpen)
            {
                json.WriteStartObject("State"u8);
                isOpen = true;
            }

            Write(json, name, value);
        }

        if (isOpen)
        {
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
