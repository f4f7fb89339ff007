using System.Diagnostics.Metrics;
using AdmissionGuard.Kubernetes.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace AdmissionGuard.Cluster;

/// <summary>A connection for the time of one command.</summary>
internal sealed class ClusterSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ClusterSession(ServiceProvider services, ClusterCalls calls)
    {
        _services = services;
        Calls = calls;
    }

    public ClusterCalls Calls { get; }

    /// <summary>Connects, where kubectl would connect to.</summary>
    /// <param name="kubeconfig">A kubeconfig; <see langword="null"/> for the environment's, that of the home folder, or the pod's own.</param>
    /// <param name="context">A context of it; <see langword="null"/> for its current one.</param>
    /// <exception cref="ConnectionSourceException">There is nothing to connect with, or it can't be used.</exception>
    public static ClusterSession Open(string? kubeconfig, string? context)
    {
        var connection = new ClusterConnection(kubeconfig ?? OfHome(), context);
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new CallMetrics(services.GetRequiredService<IMeterFactory>());
        return new ClusterSession(services, new ClusterCalls(connection, metrics, TimeProvider.System, NullLogger<ClusterCalls>.Instance) { IsForOperator = true });
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static string? OfHome()
    {
        var file = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")) && File.Exists(file) ? file : null;
    }
}
