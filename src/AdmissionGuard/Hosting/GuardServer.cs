using System.Text.Encodings.Web;
using System.Text.Json;
using AdmissionGuard.Certificates;
using AdmissionGuard.Configuration;
using AdmissionGuard.Endpoints;
using AdmissionGuard.Kubernetes.Connections;
using AdmissionGuard.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;

namespace AdmissionGuard.Hosting;

/// <summary>Puts the server together.</summary>
internal static partial class GuardServer
{
    public static WebApplication Build(ServeOptions options, TimeProvider? time = null)
    {
        var (reader, configuration) = Configure(options);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Services
            .AddSingleton(time ?? TimeProvider.System)
            .AddCertificates(options)
            .AddSingleton(new ClusterConnection(options.Kubeconfig))
            .AddCluster()
            .AddConfiguration(reader, configuration)
            .AddSingleton<ReviewEndpoints>()
            .AddTelemetry()
            .AddHealth();
        builder.Logging.AddJsonLines();

        var app = builder.Build();
        // What comes by TLS are reviews; what comes by plain HTTP are probes and scrapes.
        app.MapWhen(context => context.Request.IsHttps, reviews => reviews.UseRouting().UseEndpoints(ReviewEndpoints.Map));
        app.MapWhen(context => !context.Request.IsHttps, health => health.UseRouting().UseEndpoints(HealthEndpoints.Map));
        return app;
    }

    /// <summary>Says where it listens, with the ports that were free.</summary>
    public static void Announce(WebApplication app)
    {
        foreach (var url in app.Urls)
        {
            if (url.StartsWith("https:", StringComparison.Ordinal))
            {
                Log.Reviews(app.Logger, url);
            }
            else
            {
                Log.Health(app.Logger, url);
            }
        }
    }

    private static (ConfigurationReader Reader, ConfigurationReading Reading) Configure(ServeOptions options)
    {
        var reader = new ConfigurationReader(options.Config, options.Set);
        var reading = reader.Read();
        return reading.IsGood ? (reader, reading) : throw new ConfigurationException(reading.Errors);
    }

    private static void Listen(KestrelServerOptions kestrel, ServeOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = ReviewEndpoints.MaxBodyBytes;
        On(options.Listen, CertificateSetup.UseCertificates);
        On(options.HealthListen, _ => { });

        void On(ListenAddress address, Action<ListenOptions> configure)
        {
            if (address.Address is { } ip)
            {
                kestrel.Listen(ip, address.Port, configure);
            }
            else
            {
                kestrel.ListenAnyIP(address.Port, configure);
            }
        }
    }

    private static IServiceCollection AddCluster(this IServiceCollection services) => services
        .AddSingleton<CallMetrics>()
        .AddSingleton<ClusterCalls>()
        .AddHostedService<ConnectionRefresher>();

    private static IServiceCollection AddConfiguration(this IServiceCollection services, ConfigurationReader reader, ConfigurationReading first) => services
        .AddSingleton(reader)
        .AddSingleton(first)
        .AddSingleton<SnapshotBuilder>()
        .AddSingleton<LiveConfiguration>()
        .AddSingleton<ConfigurationMetrics>()
        .AddHostedService<ConfigurationRefresher>();

    private static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<ReviewMetrics>().AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ReviewMetrics.MeterName, CallMetrics.MeterName)
            // Each scrape is of now: the collection is cheap, and two scrapers may disagree otherwise.
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
        return services;
    }

    private static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<CertificateCheck>("certificate").AddCheck<ConfigurationCheck>("configuration");
        return services;
    }

    private static void AddJsonLines(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It would say at every probe what the check that found it says once.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error);
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "O";
            console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Information, "Listening for reviews on {Url}")]
        public static partial void Reviews(ILogger logger, string url);

        [LoggerMessage(11, LogLevel.Information, "Listening for health and metrics on {Url}")]
        public static partial void Health(ILogger logger, string url);
    }
}
