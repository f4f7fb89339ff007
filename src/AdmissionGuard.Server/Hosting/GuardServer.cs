using System.Net.Sockets;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Server.Admission;
using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Configuration;
using AdmissionGuard.Server.Health;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.Server.Telemetry;
using AdmissionGuard.Server.TenancyScan;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AdmissionGuard.Server.Hosting;

/// <summary>Builds the server.</summary>
internal static partial class GuardServer
{
    private const int MaxListed = 4096;

    public static WebApplication Build(ServeOptions options, TimeProvider? time = null)
    {
        var (reader, configuration) = Configure(options);
        var otlp = OtlpSettings.Read();

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options));
        builder.WebHost.UseLimitedSockets();
        builder.Logging.AddLines(options.Log);
        builder.Configuration.KeepMetrics();
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time ?? TimeProvider.System)
            .AddCertificates(options.Certificates)
            .AddApiServer(options.Kubeconfig)
            .AddConfiguration(reader, configuration)
            .AddLimits(options.Limits)
            .AddAdmission()
            .AddTelemetry(otlp)
            .AddTenantListReadiness()
            .AddTenancyScan()
            .AddDraining();

        var app = builder.Build();
        app.UseDraining();
        // What comes by TLS are reviews; what comes by plain HTTP are probes and scrapes.
        app.MapWhen(context => context.Request.IsHttps, reviews => reviews.UseRouting().UseEndpoints(ReviewEndpoints.Map));
        app.MapWhen(context => !context.Request.IsHttps, health => health.UseRouting().UseEndpoints(HealthEndpoints.Map));
        return app;
    }

    /// <summary>Serves until it is stopped.</summary>
    /// <param name="app">The server.</param>
    /// <param name="cancellation">Stops it, as a signal does.</param>
    /// <returns>Whether it stopped on request; <see langword="false"/> if a background loop failed.</returns>
    /// <exception cref="IOException">An address is in use.</exception>
    /// <exception cref="SocketException">An address can't be listened on for another reason.</exception>
    public static async Task<bool> RunAsync(WebApplication app, CancellationToken cancellation)
    {
        Introduce(app);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception e)
        {
            if (e is not (IOException or SocketException or OperationCanceledException))
            {
                Log.NotStarted(app.Logger, e);
            }

            // On a stop, loops that have started end silently.
            await app.StopAsync(CancellationToken.None);
            throw;
        }

        Announce(app);
        await app.WaitForShutdownAsync(cancellation);
        return app.Services.GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .All(loop => loop.ExecuteTask is not { IsFaulted: true });
    }

    /// <summary>Logs what starts, and how it differs from one that was started without flags and settings.</summary>
    private static void Introduce(WebApplication app)
    {
        var settings = Settings.Changes(new(), app.Services.GetRequiredService<LiveConfiguration>().Current.Options);
        Log.Starting(
            app.Logger,
            BuildVersion.Text,
            Listed(app.Services.GetRequiredService<ServeOptions>().Changed),
            Listed(settings));

        static string Listed(IReadOnlyList<string> all) => all is [] ? "none" : MessageText.Cut(string.Join("; ", all), MaxListed);
    }

    /// <summary>Logs the addresses that it listens on, with the actual ports.</summary>
    private static void Announce(WebApplication app)
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

    private static (ConfigurationReader Reader, ConfigurationReadResult Reading) Configure(ServeOptions options)
    {
        var defaults = new GuardOptions { OwnNamespace = options.Certificates.Namespace };
        var reader = new ConfigurationReader(options.Config, options.Set) { Defaults = defaults };
        var reading = reader.Read();
        return reading.IsGood ? (reader, reading) : throw new ConfigurationException(reading.Errors);
    }

    private static void Listen(KestrelServerOptions kestrel, ServeOptions options)
    {
        // The listeners' metrics are the first of all.
        kestrel.ApplicationServices.UseTelemetry();
        kestrel.AddServerHeader = false;
        kestrel.Limits.Limit();
        var metrics = kestrel.ApplicationServices.GetRequiredService<ConnectionMetrics>();
        var time = kestrel.ApplicationServices.GetRequiredService<TimeProvider>();
        On(options.Listen, ConnectionMetrics.Reviews, options.Limits.MaxConnections, CertificateSetup.UseCertificates);
        On(options.HealthListen, ConnectionMetrics.Health, ServerLimits.HealthConnections, _ => { });

        void On(ListenAddress address, string listener, int most, Action<ListenOptions> secure)
        {
            if (address.Address is { } ip)
            {
                kestrel.Listen(ip, address.Port, Configure);
            }
            else
            {
                kestrel.ListenAnyIP(address.Port, Configure);
            }

            void Configure(ListenOptions listen)
            {
                // The API server speaks nothing else to a Service, and one connection has one request at a time.
                listen.Protocols = HttpProtocols.Http1;
                var limiter = new ConnectionLimiter(listener, most, metrics, time);
                limiter.Use(listen);
                secure(listen);
                limiter.UseAfterHandshake(listen);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            9,
            LogLevel.Information,
            "AdmissionGuard {Version} is starting; flags other than the defaults: {Flags}; settings other than the defaults: {Settings}")]
        public static partial void Starting(ILogger logger, string version, string flags, string settings);

        [LoggerMessage(10, LogLevel.Information, "Listening for reviews on {Url}")]
        public static partial void Reviews(ILogger logger, string url);

        [LoggerMessage(11, LogLevel.Information, "Listening for health and metrics on {Url}")]
        public static partial void Health(ILogger logger, string url);

        [LoggerMessage(15, LogLevel.Critical, "The server failed to start")]
        public static partial void NotStarted(ILogger logger, Exception e);
    }
}
