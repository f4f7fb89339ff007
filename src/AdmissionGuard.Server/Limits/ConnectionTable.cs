using System.Net;

namespace AdmissionGuard.Server.Limits;

/// <summary>The connections of one listener. If there are too many, one that waits for its client makes room.</summary>
/// <param name="most">The most at a time.</param>
/// <param name="mostPerAddress">The most of one address.</param>
/// <param name="time">The clock.</param>
internal sealed class ConnectionTable(int most, int mostPerAddress, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<ClientConnection>> _groups = [];
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a connection in.</summary>
    /// <param name="newcomer">The connection.</param>
    /// <param name="evicted">The one that made room for it, which must be closed; <see langword="null"/> if there was room.</param>
    /// <param name="evictedFrom">What that one was doing.</param>
    /// <returns>Whether it is in; <see langword="false"/> if no connection could be closed.</returns>
    public bool TryAdd(ClientConnection newcomer, out ClientConnection? evicted, out ConnectionState evictedFrom)
    {
        (evicted, evictedFrom) = (null, default);
        lock (_lock)
        {
            var group = _groups.GetValueOrDefault(newcomer.Address);
            if (group?.Count >= mostPerAddress)
            {
                evicted = Evict([group], out evictedFrom);
            }
            else if (_count >= most)
            {
                evicted = Evict(ByWaiting(newcomer.Address), out evictedFrom);
            }
            else
            {
                Add(newcomer);
                return true;
            }

            if (evicted is not null)
            {
                RemoveFromGroup(evicted);
                Add(newcomer);
            }

            return evicted is not null;
        }
    }

    /// <summary>Takes a connection out that is over.</summary>
    public void Remove(ClientConnection connection)
    {
        lock (_lock)
        {
            RemoveFromGroup(connection);
        }
    }

    private void Add(ClientConnection newcomer)
    {
        if (!_groups.TryGetValue(newcomer.Address, out var group))
        {
            _groups.Add(newcomer.Address, group = []);
        }

        group.Add(newcomer);
        _count++;
    }

    private void RemoveFromGroup(ClientConnection connection)
    {
        if (_groups.TryGetValue(connection.Address, out var group) && group.Remove(connection))
        {
            _count--;
            if (group.Count == 0)
            {
                _groups.Remove(connection.Address);
            }
        }
    }

    /// <summary>
    /// The addresses with the most connections that wait for their client first: an address with few connections loses none to an address
    /// with many.
    /// </summary>
    private List<List<ClientConnection>> ByWaiting(IPAddress newcomer) =>
        [
            .. _groups.OrderByDescending(group => group.Value.Count(IsWaiting) + (group.Key.Equals(newcomer) ? 1 : 0))
                .Select(group => group.Value),
        ];

    private ClientConnection? Evict(List<List<ClientConnection>> groups, out ConnectionState takenFrom)
    {
        var now = time.GetTimestamp();
        foreach (var group in groups)
        {
            foreach (var connection in group.Where(IsWaiting).OrderBy(connection => Order(connection, now)))
            {
                takenFrom = connection.State;
                if (takenFrom is not (ConnectionState.Answering or ConnectionState.Closing) && connection.TryTake(takenFrom))
                {
                    return connection;
                }
            }
        }

        takenFrom = default;
        return null;
    }

    private static bool IsWaiting(ClientConnection connection) =>
        connection.State is not (ConnectionState.Answering or ConnectionState.Closing);

    /// <summary>Idle ones first, then those that don't make their handshake, the longest first; then the slowest upload.</summary>
    private (ConnectionState State, (bool IsYoung, double Key) Slowness) Order(
        ClientConnection connection, long now) => (connection.State, connection switch
    {
        { State: ConnectionState.Uploading, Upload: { } upload } => upload.Slowness(now, time),
        { State: ConnectionState.Uploading } => BodyUpload.Slowness(connection.Since, ServerLimits.FreeBodyBytes, now, time),
        _ => (false, connection.Since),
    });
}
