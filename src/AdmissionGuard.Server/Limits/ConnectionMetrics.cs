using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Kubernetes.Telemetry;

namespace AdmissionGuard.Server.Limits;

/// <summary>
/// Counts the connections that are closed to make room, and logs one now and then. The address is in the log, never in a label.
/// </summary>
internal sealed partial class ConnectionMetrics
{
    /// <summary>The listener of reviews.</summary>
    public const string Reviews = "reviews";

    /// <summary>The listener of health and metrics.</summary>
    public const string Health = "health";

    /// <summary>A new connection was closed.</summary>
    public const string NoRoom = "no-room";

    private readonly ConcurrentDictionary<string, (Func<int> Count, int Most)> _listeners = new(StringComparer.Ordinal);
    private readonly Counter<long> _closed;
    private readonly LogThrottle _throttle;
    private readonly ILogger _logger;

    /// <summary>Creates it.</summary>
    public ConnectionMetrics(IMeterFactory meters, TimeProvider time, ILogger<ConnectionMetrics> logger)
    {
        Instruments.Connections.Observe(meters, () => Each(static listener => listener.Count()));
        Instruments.ConnectionsLimit.Observe(meters, () => Each(static listener => listener.Most));
        _closed = Instruments.ConnectionsClosed.Create(meters);
        (_throttle, _logger) = (new LogThrottle(time, TimeSpan.FromSeconds(10)), logger);
    }

    /// <summary>Tells how many connections a listener has.</summary>
    public void Watch(string listener, Func<int> count, int most) => _listeners[listener] = (count, most);

    /// <summary>Counts one that made room.</summary>
    public void Closed(string listener, ConnectionState state, IPAddress address) => Count(listener, Word(state), address);

    /// <summary>Counts one that found no room.</summary>
    public void Refused(string listener, IPAddress address) => Count(listener, NoRoom, address);

    private IEnumerable<Measurement<int>> Each(Func<(Func<int> Count, int Most), int> value) =>
        _listeners.Select(each => new Measurement<int>(value(each.Value), Tags.Listener.With(each.Key)));

    /// <summary>The state as the value of a tag.</summary>
    public static string Word(ConnectionState state) => state switch
    {
        ConnectionState.Handshaking => "handshaking",
        ConnectionState.Uploading => "uploading",
        _ => "idle",
    };

    private void Count(string listener, string why, IPAddress address)
    {
        _closed.Add(1, Tags.Listener.With(listener), Tags.ClosedConnection.With(why));
        if (_logger.IsEnabled(LogLevel.Warning) && _throttle.IsDue())
        {
            Log.Closed(_logger, listener, why, address.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            16,
            LogLevel.Warning,
            "Too many connections for {Listener}: one from {Address} is closed ({Why}); repetitions are not logged for 10 s")]
        public static partial void Closed(ILogger logger, string listener, string why, string address);
    }
}
