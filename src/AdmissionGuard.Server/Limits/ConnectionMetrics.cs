using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Server.Telemetry;

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

    private const string NoRoom = "no-room";

    private readonly ConcurrentDictionary<string, (Func<int> Count, int Most)> _listeners = new(StringComparer.Ordinal);
    private readonly Counter<long> _closed;
    private readonly LogThrottle _throttle;
    private readonly ILogger _logger;

    /// <summary>Creates it.</summary>
    public ConnectionMetrics(IMeterFactory meters, TimeProvider time, ILogger<ConnectionMetrics> logger)
    {
        var meter = meters.Create(Instruments.MeterName);
        meter.CreateObservableGauge(
            "admissionguard.connections", () => Each(static listener => listener.Count()), "{connection}", "Open connections.");
        meter.CreateObservableGauge(
            "admissionguard.connections.limit",
            () => Each(static listener => listener.Most),
            "{connection}",
            "Maximum number of open connections (--max-connections for reviews), a quarter of it for one client address.");
        _closed = meter.CreateCounter<long>(
            "admissionguard.connections.closed",
            "{connection}",
            "Connections that were closed because their listener or client address had too many: by state of the closed connection, or "
                + "no-room if a new connection was closed.");
        (_throttle, _logger) = (new LogThrottle(time, TimeSpan.FromSeconds(10)), logger);
    }

    /// <summary>Tells how many connections a listener has.</summary>
    public void Watch(string listener, Func<int> count, int most)
    {
        _listeners[listener] = (count, most);
        // From the start, so that the first increase is visible.
        foreach (var why in new[]
        {
            Word(ConnectionState.Idle),
            Word(ConnectionState.Handshaking),
            Word(ConnectionState.Uploading),
            NoRoom,
        })
        {
            Add(0, listener, why);
        }
    }

    /// <summary>Counts one that made room.</summary>
    public void Closed(string listener, ConnectionState state, IPAddress address) => Count(listener, Word(state), address);

    /// <summary>Counts one that found no room.</summary>
    public void Refused(string listener, IPAddress address) => Count(listener, NoRoom, address);

    private IEnumerable<Measurement<int>> Each(Func<(Func<int> Count, int Most), int> value) =>
        _listeners.Select(each => new Measurement<int>(value(each.Value), new KeyValuePair<string, object?>("listener", each.Key)));

    private static string Word(ConnectionState state) => state switch
    {
        ConnectionState.Handshaking => "handshaking",
        ConnectionState.Uploading => "uploading",
        _ => "idle",
    };

    private void Count(string listener, string why, IPAddress address)
    {
        Add(1, listener, why);
        if (_logger.IsEnabled(LogLevel.Warning) && _throttle.IsDue())
        {
            Log.Closed(_logger, listener, why, address.ToString());
        }
    }

    private void Add(long count, string listener, string why) => _closed.Add(count, new("listener", listener), new("why", why));

    private static partial class Log
    {
        [LoggerMessage(
            16,
            LogLevel.Warning,
            "Too many connections for {Listener}: one from {Address} is closed ({Why}); repetitions are not logged for 10 s")]
        public static partial void Closed(ILogger logger, string listener, string why, string address);
    }
}
