using System.Net;

namespace AdmissionGuard.Server.Limits;

/// <summary>What a connection is doing.</summary>
internal enum ConnectionState
{
    /// <summary>
    /// It waits for its client, so it can be closed first. <see cref="ConnectionLimiter"/> enters it after the handshake, and
    /// ReviewEndpoints before it flushes an answer, and after whatever it answered.
    /// </summary>
    Idle,

    /// <summary>It has not made its TLS handshake yet: the first state.</summary>
    Handshaking,

    /// <summary>It is sending a body. ReviewEndpoints enters it with each request.</summary>
    Uploading,

    /// <summary>
    /// A review of it is being decided: it is never closed to make room. ReviewEndpoints enters it once the body is complete.
    /// </summary>
    Answering,

    /// <summary>It is being closed, or over: the last state. <see cref="ConnectionTable"/> enters it.</summary>
    Closing,
}

/// <summary>One connection of a client.</summary>
/// <param name="address">The client's address.</param>
/// <param name="now">When it was accepted, as a timestamp.</param>
/// <param name="close">Closes it.</param>
internal sealed class ClientConnection(IPAddress address, long now, Action close)
{
    private int _state = (int)ConnectionState.Handshaking;
    private long _since = now;

    /// <summary>The client's address.</summary>
    public IPAddress Address => address;

    /// <summary>What it is doing.</summary>
    public ConnectionState State => (ConnectionState)Volatile.Read(ref _state);

    /// <summary>Since when it does that, as a timestamp.</summary>
    public long Since => Volatile.Read(ref _since);

    /// <summary>The bytes of the body that it is sending.</summary>
    public BodyUpload? Upload { get; set; }

    /// <summary>Says what it does from now on.</summary>
    public void Enter(ConnectionState state, long now)
    {
        int was;
        do
        {
            was = Volatile.Read(ref _state);
            if (was is (int)ConnectionState.Closing)
            {
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _state, (int)state, was) != was);

        Volatile.Write(ref _since, now);
    }

    /// <summary>Marks it as closing, if its state is still the one for which it was selected. The caller that succeeds closes it.</summary>
    public bool TryTake(ConnectionState chosenFor) =>
        Interlocked.CompareExchange(ref _state, (int)ConnectionState.Closing, (int)chosenFor) == (int)chosenFor;

    /// <summary>Closes it.</summary>
    public void Close() => close();
}
