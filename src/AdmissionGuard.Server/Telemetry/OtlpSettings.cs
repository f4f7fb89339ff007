using System.Collections.Immutable;
using System.Globalization;
using OpenTelemetry.Exporter;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>A variable of OpenTelemetry's that can't be used.</summary>
/// <param name="message">Which, and why.</param>
internal sealed class OtlpSettingsException(string message) : Exception(message);

/// <summary>Which signals go out by OTLP, and where to: OpenTelemetry's own environment variables, checked at the start.</summary>
/// <remarks>The exporter's own reading of them ignores what it can't use, and then sends to a collector on this host.</remarks>
internal sealed class OtlpSettings
{
    /// <summary>The variable that switches all of it off.</summary>
    public const string Disabled = "OTEL_SDK_DISABLED";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    private readonly Func<string, string?> _variable;
    private readonly ImmutableHashSet<string> _sent;

    private OtlpSettings(Func<string, string?> variable)
    {
        _variable = variable;
        var isOff = string.Equals(Value(Disabled), "true", StringComparison.OrdinalIgnoreCase);
        _sent = isOff ? [] : [.. ((string[])["TRACES", "METRICS", "LOGS"]).Where(IsSent)];
    }

    public bool SendsTraces => _sent.Contains("TRACES");

    public bool SendsMetrics => _sent.Contains("METRICS");

    public bool SendsLogs => _sent.Contains("LOGS");

    /// <summary>Reads the variables.</summary>
    /// <exception cref="OtlpSettingsException">One can't be used.</exception>
    public static OtlpSettings Read(Func<string, string?>? variable = null)
    {
        var settings = new OtlpSettings(variable ?? Environment.GetEnvironmentVariable);
        foreach (var signal in settings._sent)
        {
            settings.Check("");
            settings.Check($"{signal}_");
        }

        return settings;
    }

    public void Traces(OtlpExporterOptions options) => Apply("TRACES_", options);

    public void Metrics(OtlpExporterOptions options) => Apply("METRICS_", options);

    public void Logs(OtlpExporterOptions options) => Apply("LOGS_", options);

    private bool IsSent(string signal) =>
        (Value($"{Prefix}ENDPOINT") ?? Value($"{Prefix}{signal}_ENDPOINT")) is not null
        && !string.Equals(Value($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase);

    private void Check(string signal)
    {
        Use(signal, "ENDPOINT", EndpointOf, "is not an http or https URI, as in http://collector:4317");
        Use(signal, "PROTOCOL", ProtocolOf, "is not grpc or http/protobuf");
        Use(signal, "TIMEOUT", TimeoutOf, "is not a number of milliseconds");
    }

    /// <summary>What a signal has of its own; the exporter reads by itself what holds for all.</summary>
    private void Apply(string signal, OtlpExporterOptions options)
    {
        options.Protocol = Use(signal, "PROTOCOL", ProtocolOf, "") ?? options.Protocol;
        if (Use(signal, "ENDPOINT", EndpointOf, "") is { } endpoint)
        {
            // To one that is set the exporter adds no path, as the specification has it for a signal's own; so it is not set to what it is.
            options.Endpoint = endpoint;
        }

        options.TimeoutMilliseconds = Use(signal, "TIMEOUT", TimeoutOf, "") ?? options.TimeoutMilliseconds;
        options.Headers = Value($"{Prefix}{signal}HEADERS") ?? options.Headers;
    }

    private T? Use<T>(string signal, string name, Func<string, T?> read, string error) => Value($"{Prefix}{signal}{name}") switch
    {
        null => default,
        var text => read(text) ?? throw new OtlpSettingsException($"{Prefix}{signal}{name}: '{text}' {error}"),
    };

    private string? Value(string name) => _variable(name) is { Length: > 0 } value ? value.Trim() : null;

    private static Uri? EndpointOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : null;

    private static OtlpExportProtocol? ProtocolOf(string text) => text switch
    {
        "grpc" => OtlpExportProtocol.Grpc,
        "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
        _ => null,
    };

    private static int? TimeoutOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0 ? milliseconds : null;
}
