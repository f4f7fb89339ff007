using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Client;
using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;
using AdmissionGuard.Tools.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.Tools.Cluster;

/// <summary>A connection for the time of one command.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ClusterSession(ServiceProvider services, ApiServerClient calls)
    {
        _services = services;
        Calls = calls;
    }

    public ApiServerClient Calls { get; }

    /// <summary>Connects, where kubectl would connect to.</summary>
    /// <param name="kubeconfig">A kubeconfig; <see langword="null"/> for the environment's, that of the home folder, or the pod's
    /// own.</param>
    /// <param name="context">A context of it; <see langword="null"/> for its current one.</param>
    /// <param name="terminal">Where it is reported that the server's identity is not verified.</param>
    /// <exception cref="ConnectionSourceException">There is nothing to connect with, or it can't be used.</exception>
    public static ClusterSession Open(string? kubeconfig, string? context, Terminal terminal)
    {
        var connection = new ClusterConnection(kubeconfig, context, use: ConnectionUse.Command);
        if (connection.Warning is { } warning)
        {
            terminal.Tell($"Warning: {warning}");
        }

        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ApiServerMetrics(services.GetRequiredService<IMeterFactory>());
        return new ClusterSession(
            services, new ApiServerClient(connection, metrics, TimeProvider.System, NullLogger<ApiServerClient>.Instance));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
