using AdmissionGuard.Kubernetes.Credentials;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>Checks every ten seconds whether the connection's files changed, and logs failures in the background.</summary>
/// <param name="connection">The connection.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs changes.</param>
public sealed partial class ConnectionRefresher(ClusterConnection connection, TimeProvider time, ILogger<ConnectionRefresher> logger) : BackgroundService
{
    /// <summary>How often the files are checked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Log.Connecting(logger, connection.Current.Name);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (connection.Current.TakeFailure() is { } failure)
            {
                Log.Failing(logger, failure);
            }

            try
            {
                if (connection.Refresh())
                {
                    Log.Refreshed(logger, connection.Current.Name);
                }
            }
            catch (ConnectionSourceException e)
            {
                // For example half-written: the next check may find it complete.
                Log.Kept(logger, e.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The cluster's address or credentials changed; reconnecting to {Server}")]
        public static partial void Refreshed(ILogger logger, string server);

        [LoggerMessage(2, LogLevel.Warning, "The cluster's address or credentials changed and can't be loaded; the previous ones remain in use: {Why}")]
        public static partial void Kept(ILogger logger, string why);

        [LoggerMessage(3, LogLevel.Information, "Connecting to {Server}")]
        public static partial void Connecting(ILogger logger, string server);

        [LoggerMessage(4, LogLevel.Warning, "New credentials can't be obtained; the current ones remain in use: {Why}")]
        public static partial void Failing(ILogger logger, string why);
    }
}
