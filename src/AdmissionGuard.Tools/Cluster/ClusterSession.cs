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
    /// <summary>The flag that says how long a single request may take.</summary>
    public const string RequestTimeoutFlag = "--request-timeout";

    /// <summary>How long a single request may take, if nobody says otherwise.</summary>
    public static readonly TimeSpan StandardRequestTimeout = TimeSpan.FromSeconds(30);

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
    /// <param name="requestTimeout">How long a single request may take, tries included; zero for no limit; <see langword="null"/> for
    /// <see cref="StandardRequestTimeout"/>.</param>
    /// <exception cref="ConnectionSourceException">There is nothing to connect with, or it can't be used.</exception>
    public static ClusterSession Open(string? kubeconfig, string? context, Terminal terminal, TimeSpan? requestTimeout = null)
    {
        var connection = new ClusterConnection(kubeconfig, context, use: ConnectionUse.Command);
        if (connection.Warning is { } warning)
        {
            terminal.Tell($"Warning: {warning}");
        }

        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ApiServerMetrics(services.GetRequiredService<IMeterFactory>());
        var time = requestTimeout ?? StandardRequestTimeout;
        var limit = time == TimeSpan.Zero ? null : new RequestLimit(time, RequestTimeoutFlag);
        return new ClusterSession(
            services, new ApiServerClient(connection, metrics, TimeProvider.System, NullLogger<ApiServerClient>.Instance, limit));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
