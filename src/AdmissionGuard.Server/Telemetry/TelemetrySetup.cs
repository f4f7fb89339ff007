using System.Collections.Immutable;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Telemetry;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AdmissionGuard.Server.Telemetry;

/// <summary>Puts metrics into the server, and traces, metrics and logs by OTLP where a collector is named.</summary>
internal static class TelemetrySetup
{
    private const string ServiceName = "admissionguard";
    private const string KestrelMeter = "Microsoft.AspNetCore.Server.Kestrel";

    // The metrics of its queues and limits; the others are not part of our interface.
    public static readonly ImmutableHashSet<string> KestrelInstruments =
        ["kestrel.active_connections", "kestrel.queued_connections", "kestrel.queued_requests", "kestrel.rejected_connections"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, OtlpSettings otlp)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource
                .AddService(ServiceName, serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3))
                // Operators can override it: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => AddMetrics(metrics, otlp));
        // Without a collector nothing is registered: no span is created, and no line is written twice.
        if (otlp.SendsTraces)
        {
            telemetry.WithTracing(tracing => AddTraces(tracing, otlp));
        }

        if (otlp.SendsLogs)
        {
            telemetry.WithLogging(logging => logging.AddOtlpExporter(otlp.Logs), static options => options.IncludeFormattedMessage = true);
        }

        return services;
    }

    /// <summary>
    /// OTEL_SDK_DISABLED is used by <see cref="OtlpSettings"/>, for what goes out; to the SDK it would empty /metrics too.
    /// </summary>
    public static void KeepMetrics(this IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection([KeyValuePair.Create(OtlpSettings.Disabled, (string?)"false")]);

    private static void AddMetrics(MeterProviderBuilder metrics, OtlpSettings otlp)
    {
        metrics
            .AddMeter(Instruments.ServerMeter, Instruments.ApiServerMeter, KestrelMeter)
            .AddView(
                static instrument => instrument.Meter.Name == KestrelMeter && !KestrelInstruments.Contains(instrument.Name)
                    ? MetricStreamConfiguration.Drop
                    : null)
            // Each scrape is of now: the collection is cheap, and two scrapers may disagree otherwise.
            .AddPrometheusExporter(static exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
        if (otlp.SendsMetrics)
        {
            metrics.AddOtlpExporter(otlp.Metrics);
        }
    }

    private static void AddTraces(TracerProviderBuilder tracing, OtlpSettings otlp) => tracing
        // What comes by plain HTTP are probes and scrapes.
        .AddAspNetCoreInstrumentation(static server => server.Filter = static context => context.Request.IsHttps)
        .AddHttpClientInstrumentation(DescribeCalls)
        .AddOtlpExporter(otlp.Traces);

    /// <summary>Names the call in traces: its path contains the tenant's name, which a user controls.</summary>
    private static void DescribeCalls(
        HttpClientTraceInstrumentationOptions client) => client.EnrichWithHttpRequestMessage = static (span, request) =>
    {
        if (request.Options.TryGetValue(ApiServerClient.CallName, out var call))
        {
            span.DisplayName = call;
            span.SetTag(Tags.Call.SpanAttribute, call);
            span.SetTag("url.full", request.RequestUri?.GetLeftPart(UriPartial.Authority));
        }
    };
}
