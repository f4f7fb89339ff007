using AdmissionGuard.Kubernetes.Infrastructure;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Checks every ten seconds whether the connection's files changed, and logs failures in the background.</summary>
/// <param name="connection">The connection.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs changes.</param>
public sealed partial class ConnectionRefresher(ClusterConnection connection, TimeProvider time, ILogger<ConnectionRefresher> logger)
    : PeriodicService("connection to the API server", time, logger)
{
    /// <summary>How often the files are compared.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;

    /// <inheritdoc />
    protected override TimeSpan FirstPause => Period;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Connecting(_logger, connection.Current.Name);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override ValueTask<TimeSpan?> RunAsync(CancellationToken cancellation)
    {
        if (connection.Current.TakeFailure() is { } failure)
        {
            Log.Failing(_logger, failure);
        }

        var before = connection.Current;
        switch (connection.Refresh())
        {
            case ReloadResult.Applied when connection.Current != before:
                Log.Refreshed(_logger, connection.Current.Name);
                break;
            case ReloadResult.Refused:
                Log.Kept(_logger, connection.Rejected!);
                break;
        }

        return ValueTask.FromResult<TimeSpan?>(Period);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The cluster's address or credentials changed; reconnecting to {Server}")]
        public static partial void Refreshed(ILogger logger, string server);

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "The cluster's address or credentials changed and can't be loaded; the previous ones remain in use: {Why}")]
        public static partial void Kept(ILogger logger, string why);

        [LoggerMessage(3, LogLevel.Information, "Connecting to {Server}")]
        public static partial void Connecting(ILogger logger, string server);

        [LoggerMessage(4, LogLevel.Warning, "New credentials can't be obtained; the current ones remain in use: {Why}")]
        public static partial void Failing(ILogger logger, string why);
    }
}
