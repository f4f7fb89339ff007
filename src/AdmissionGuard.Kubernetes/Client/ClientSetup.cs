using AdmissionGuard.Kubernetes.Credentials;
using Microsoft.Extensions.DependencyInjection;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Adds the client of the API server to a server.</summary>
public static class ClientSetup
{
    /// <summary>Adds the client, and connects.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="kubeconfig">A kubeconfig file; <see langword="null"/> for the environment's.</param>
    /// <exception cref="ConnectionSourceException">There is no such file, it is invalid, or there is nothing to connect with.</exception>
    public static IServiceCollection AddApiServer(this IServiceCollection services, string? kubeconfig) => services
        .AddSingleton(new ClusterConnection(kubeconfig))
        .AddSingleton<ApiServerMetrics>()
        .AddSingleton<ApiServerClient>()
        .AddHostedService<ConnectionRefresher>();
}
