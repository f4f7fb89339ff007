namespace AdmissionGuard.Server.Admission;

/// <summary>Adds the endpoints for reviews, and what decides them.</summary>
internal static class AdmissionSetup
{
    public static IServiceCollection AddAdmission(this IServiceCollection services) => services
        .AddSingleton<ReviewHandlerProvider>()
        .AddSingleton<ReviewMetrics>()
        .AddSingleton<ReviewEndpoints>();
}
