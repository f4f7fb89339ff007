namespace AdmissionGuard.Server.Health;

/// <summary>Adds the readiness of the cluster's side: the tenants were listed once.</summary>
internal static class HealthSetup
{
    public static IServiceCollection AddTenantListReadiness(this IServiceCollection services)
    {
        services
            .AddSingleton<TenantListReadiness>()
            .AddHostedService(static provider => provider.GetRequiredService<TenantListReadiness>())
            .AddHealthChecks().AddCheck<TenantListReadiness>("tenants");
        return services;
    }
}
