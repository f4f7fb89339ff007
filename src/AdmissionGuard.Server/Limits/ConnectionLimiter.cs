using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AdmissionGuard.Server.Limits;

/// <summary>Limits the connections of a listener, before the TLS handshake.</summary>
/// <param name="listener">Which listener it is, in the metrics' word.</param>
/// <param name="most">The maximum number of connections at a time.</param>
/// <param name="metrics">Counts what is closed.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionLimiter(string listener, int most, ConnectionMetrics metrics, TimeProvider time)
{
    private readonly ConnectionTable _connections = new(most, ServerLimits.PerAddress(most), time);

    /// <summary>Puts it in front of what a listener does with its connections.</summary>
    public void Use(ListenOptions listen)
    {
        metrics.Watch(listener, () => _connections.Count, most);
        listen.Use(next => context => LimitAsync(context, next));
    }

    /// <summary>Says that a connection's handshake is made; to be put behind it.</summary>
    public void UseAfterHandshake(ListenOptions listen) => listen.Use(next => context =>
    {
        context.Features.Get<ClientConnection>()?.Enter(ConnectionState.Idle, time.GetTimestamp());
        return next(context);
    });

    private async Task LimitAsync(ConnectionContext context, ConnectionDelegate next)
    {
        var connection = new ClientConnection(
            AddressOf(context.RemoteEndPoint),
            time.GetTimestamp(),
            () => context.Abort(new ConnectionAbortedException("closed to make room")));
        if (!_connections.TryAdd(connection, out var evicted, out var state))
        {
            metrics.Refused(listener, connection.Address);
            context.Abort(new ConnectionAbortedException("too many connections"));
            return;
        }

        if (evicted is not null)
        {
            metrics.Closed(listener, state, evicted.Address);
            evicted.Close();
        }

        var stopping = context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        try
        {
            await using var closing = stopping.Register(() => _ = CloseUnfinishedAsync(connection));
            context.Features.Set(connection);
            await next(context);
        }
        finally
        {
            connection.Enter(ConnectionState.Closing, time.GetTimestamp());
            _connections.Remove(connection);
        }
    }

    /// <summary>
    /// When the server stops, Kestrel closes what is idle, and waits for the rest without a limit of its own. Clients that have sent half a
    /// request are not waited for.
    /// </summary>
    private async Task CloseUnfinishedAsync(ClientConnection connection)
    {
        do
        {
            await Task.Delay(ServerLimits.RateGrace, time);
        }
        while (connection.State is not ConnectionState.Closing && !TryTake());

        bool TryTake()
        {
            // Not the moment after an answer, which may still be on its way.
            var isTaken = time.GetElapsedTime(connection.Since) >= ServerLimits.RateGrace
                && (connection.TryTake(ConnectionState.Handshaking) || connection.TryTake(ConnectionState.Idle));
            if (isTaken)
            {
                connection.Close();
            }

            return isTaken;
        }
    }

    private static IPAddress AddressOf(EndPoint? remote) => remote switch
    {
        IPEndPoint { Address: { IsIPv4MappedToIPv6: true } mapped } => mapped.MapToIPv4(),
        IPEndPoint { Address: var address } => address,
        _ => IPAddress.None,
    };
}
