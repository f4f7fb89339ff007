namespace AdmissionGuard.Server.TenancyScan;

/// <summary>Adds the scan of all namespaces.</summary>
internal static class TenancyScanSetup
{
    public static IServiceCollection AddTenancyScan(this IServiceCollection services) => services
        .AddSingleton<TenancyScanMetrics>()
        .AddHostedService<NamespaceTenancyScanner>();
}
