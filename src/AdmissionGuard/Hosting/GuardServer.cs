using System.Text.Json;
using AdmissionGuard.Auditing;
using AdmissionGuard.Certificates;
using AdmissionGuard.Configuration;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Endpoints;
using AdmissionGuard.Kubernetes.Connections;
using AdmissionGuard.Reviews;
using AdmissionGuard.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace AdmissionGuard.Hosting;

/// <summary>Puts the server together.</summary>
internal static partial class GuardServer
{
    public static WebApplication Build(ServeOptions options, TimeProvider? time = null)
    {
        var (reader, configuration) = Configure(options);
        var otlp = OtlpSettings.Read();

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.Logging.AddJsonLines();
        builder.Configuration.KeepMetrics();
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time ?? TimeProvider.System)
            .AddCertificates(options)
            .AddSingleton(new ClusterConnection(options.Kubeconfig))
            .AddCluster()
            .AddConfiguration(reader, configuration)
            .AddSingleton<ILookupGate, LookupGate>()
            .AddSingleton<ReviewEndpoints>()
            .AddTelemetry(otlp)
            .AddHealth()
            .AddAudit()
            .AddDraining();

        var app = builder.Build();
        app.UseDraining();
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

    private static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<CertificateCheck>("certificate").AddCheck<ConfigurationCheck>("configuration");
        return services;
    }

    private static void AddJsonLines(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It would say at every probe what those who know say once, as an error.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        // Whoever reads the lines may stall; reviews go on, and the console says how many lines were dropped.
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "O";
            console.JsonWriterOptions = new JsonWriterOptions { Encoder = PrintableJson.Encoder };
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
