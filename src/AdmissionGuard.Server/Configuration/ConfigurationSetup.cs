namespace AdmissionGuard.Server.Configuration;

/// <summary>Adds the configuration, which follows its file.</summary>
internal static class ConfigurationSetup
{
    /// <summary>Adds the configuration.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="reader">Reads it.</param>
    /// <param name="first">What was read at the start, without errors.</param>
    public static IServiceCollection AddConfiguration(
        this IServiceCollection services, ConfigurationReader reader, ConfigurationReadResult first)
    {
        services
            .AddSingleton(reader)
            .AddSingleton(first)
            .AddSingleton<LiveConfiguration>()
            .AddSingleton<ConfigurationMetrics>()
            .AddHostedService<ConfigurationRefresher>()
            .AddHealthChecks().AddCheck<ConfigurationHealthCheck>("configuration");
        return services;
    }
}
