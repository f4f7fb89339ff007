using System.Collections.Immutable;
using System.Diagnostics.Metrics;
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
    private const string RuntimeMeter = "System.Runtime";

    // What of .NET's own meters is part of our interface: queues, limits, and what uses memory and time. ProcessMetrics has the process's
    // CPU time and memory, and the lengths that the runtime declares as counters. A native binary compiles nothing as it runs.
    public static readonly ImmutableHashSet<string> ForeignInstruments =
    [
        "kestrel.active_connections", "kestrel.queued_connections", "kestrel.queued_requests", "kestrel.rejected_connections",
        "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.heap.total_allocated", "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.last_collection.memory.committed_size", "dotnet.thread_pool.work_item.count", "dotnet.monitor.lock_contentions",
        "dotnet.timer.count", Exceptions,
    ];

    private const string Exceptions = "dotnet.exceptions";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, OtlpSettings otlp)
    {
        services.AddSingleton<ProcessMetrics>();
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

    /// <summary>
    /// Listens to the instruments from here on. What is recorded earlier, as the 0 of a counter that starts with it, is lost.
    /// </summary>
    public static void UseTelemetry(this IServiceProvider services)
    {
        services.GetRequiredService<MeterProvider>();
        services.GetRequiredService<ProcessMetrics>();
    }

    private static void AddMetrics(MeterProviderBuilder metrics, OtlpSettings otlp)
    {
        metrics
            .AddMeter(Instruments.ServerMeter, Instruments.ApiServerMeter, KestrelMeter, RuntimeMeter)
            .AddView(ViewOf)
            // Each scrape is of now: the collection is cheap, and two scrapers may disagree otherwise.
            .AddPrometheusExporter(static exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0);
        if (otlp.SendsMetrics)
        {
            metrics.AddOtlpExporter(otlp.Metrics);
        }
    }

    private static MetricStreamConfiguration? ViewOf(Instrument instrument) => instrument switch
    {
        { Meter.Name: not (KestrelMeter or RuntimeMeter) } => null,
        // By type it would have a label without a fixed set of values.
        { Name: Exceptions } => new MetricStreamConfiguration { TagKeys = [] },
        { Name: var name } => ForeignInstruments.Contains(name) ? null : MetricStreamConfiguration.Drop,
    };

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
