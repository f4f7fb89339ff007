using AdmissionGuard.Server.Health;

namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Puts what looks at the cluster by itself into the server: once for readiness, and every two minutes for metrics.</summary>
internal static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services
            .AddSingleton<TenantsListed>()
            .AddHostedService(static provider => provider.GetRequiredService<TenantsListed>())
            .AddSingleton<AuditMetrics>()
            .AddHostedService<NamespaceAudit>()
            .AddHealthChecks().AddCheck<TenantsListed>("tenants");
        return services;
    }
}
