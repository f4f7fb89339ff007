namespace AdmissionGuard.Server.Hosting;

/// <summary>Puts <see cref="Drain"/> into the server.</summary>
internal static class DrainSetup
{
    public static IServiceCollection AddDraining(this IServiceCollection services)
    {
        services.AddSingleton<Drain>().AddHostedService(static provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>()
            .Configure<ServeOptions>(static (host, options) => host.ShutdownTimeout = options.Drain + Drain.LongestReview);
        services.AddHealthChecks().AddCheck<Drain>("drain");
        return services;
    }

    public static void UseDraining(this WebApplication app) => app.Use(app.Services.GetRequiredService<Drain>().CloseAsync);
}
