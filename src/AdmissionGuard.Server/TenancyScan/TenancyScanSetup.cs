using AdmissionGuard.Server.Health;

namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Puts what looks at the cluster by itself into the server: once for readiness, and every two minutes for metrics.</summary>
internal static class TenancyScanSetup
{
    public static IServiceCollection AddTenancyScan(this IServiceCollection services)
    {
        services
            .AddSingleton<TenantListReadiness>()
            .AddHostedService(static provider => provider.GetRequiredService<TenantListReadiness>())
            .AddSingleton<TenancyScanMetrics>()
            .AddHostedService<NamespaceTenancyScanner>()
            .AddHealthChecks().AddCheck<TenantListReadiness>("tenants");
        return services;
    }
}
