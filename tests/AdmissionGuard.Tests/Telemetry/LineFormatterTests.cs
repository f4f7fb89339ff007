using System.Text.Json.Nodes;
using AdmissionGuard.Core;
using AdmissionGuard.Server.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;

namespace AdmissionGuard.Tests.Telemetry;

/// <summary>An event is one line, in JSON and in text.</summary>
public sealed class LineFormatterTests
{
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero));

    [Fact]
    public void In_JSON_a_field_has_its_type_and_one_without_a_value_is_not_there()
    {
        var line = Write(new JsonLineFormatter(Time), LogLevel.Warning, "oil moved", null, [
            new("Name", "oil"), new("Count", 3), new("Long", 4L), new("Seconds", 0.5), new("IsLast", true), new("Kind", LogFormat.Text),
            new("Nothing", null), new("Empty", ""), new("{OriginalFormat}", "{Name} moved"),
        ]);

        Assert.Equal(
            """{"Timestamp":"2026-03-04T05:06:07.0890000+00:00","EventId":7,"LogLevel":"Warning","Category":"AdmissionGuard.Room.Source","Message":"oil moved","State":{"Name":"oil","Count":3,"Long":4,"Seconds":0.5,"IsLast":true,"Kind":"Text"}}""",
            line.TrimEnd('\n'));
    }

    [Fact]
    public void In_JSON_a_line_without_fields_has_no_State()
    {
        var line = JsonNode.Parse(Write(new JsonLineFormatter(Time), LogLevel.Error, "x", new InvalidOperationException("no"), []))!.AsObject();

        Assert.Equal(["Timestamp", "EventId", "LogLevel", "Category", "Message", "Exception"], line.Select(field => field.Key));
        Assert.Equal("System.InvalidOperationException: no", (string?)line["Exception"]);
    }

    [Theory]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO ")]
    [InlineData(LogLevel.Warning, "WARN ")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "FATAL")]
    public void In_text_a_line_begins_with_the_time_in_UTC_and_the_level(LogLevel level, string word) => Assert.Equal(
        $"2026-03-04T05:06:07.089Z {word} Source[7]: oil moved\n", Write(new TextLineFormatter(Time), level, "oil moved", null, []));

    [Fact]
    public void Neither_a_text_nor_an_exception_begins_a_line_or_drives_a_terminal()
    {
        var exception = new InvalidOperationException("a\n2026-03-04T05:06:07.089Z INFO  Source[7]: forged");
        foreach (var formatter in new ConsoleFormatter[] { new TextLineFormatter(Time), new JsonLineFormatter(Time) })
        {
            var line = Write(formatter, LogLevel.Error, HostileText.Text, exception, [new("Field", HostileText.Text)]);

            Assert.Single(line.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.True(Printable.Is(line.TrimEnd('\n')), line);
            Assert.Contains("forged", line, StringComparison.Ordinal);
        }
    }

    private static string Write(
        ConsoleFormatter formatter,
        LogLevel level,
        string text,
        Exception? exception,
        IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        using var output = new StringWriter { NewLine = "\n" };
        formatter.Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                level, "AdmissionGuard.Room.Source", new EventId(7), fields, exception, (_, _) => text),
            null,
            output);
        return output.ToString();
    }
}
