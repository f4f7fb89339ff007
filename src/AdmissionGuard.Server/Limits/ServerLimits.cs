
namespace AdmissionGuard.Server.Limits;

/// <summary>
/// What clients can make the server hold at the most, and for how long. The memory limit in <c>deploy/</c> follows from it, see
/// <see cref="PodMemory"/>.
/// </summary>
/// <remarks>
/// Anyone who reaches the port is a client: the server can't tell the API server from a stranger before a handshake, and
/// without client certificates not after it either. So every client gets only a share.
/// </remarks>
internal static class ServerLimits
{
    /// <summary>What one address may have of the connections, as a fraction: it takes four strangers to use them up.</summary>
    private const int Shares = 4;

    /// <summary>The maximum number of connections for reviews at a time, unless <c>--max-connections</c> says otherwise.</summary>
    /// <remarks>
    /// A quarter of it is more than one API server has open: 200 mutating requests in flight
    /// (<c>--max-mutating-requests-inflight</c>) and 25 idle connections (client-go's transport).
    /// </remarks>
    public const int DefaultConnections = 1000;

    /// <summary>The maximum number of connections for health and metrics at a time: the kubelet's, Prometheus's, and a person's.</summary>
    public const int HealthConnections = 120;

    /// <summary>The maximum number of bytes of request bodies at a time, of all connections together.</summary>
    public const long BodyBytes = 3L * ReviewLimits.MaxBodyBytes;

    /// <summary>
    /// The maximum number of bytes of request bodies of one address: one body of the largest size, and an ordinary one in addition.
    /// </summary>
    public const long BodyBytesPerAddress = ReviewLimits.MaxBodyBytes + BodyStepBytes;

    /// <summary>What of each body is not counted, in bytes: an ordinary review of a few KiB is never refused for lack of memory.</summary>
    public const int FreeBodyBytes = 16 * 1024;

    /// <summary>What is charged at a time as a body arrives, in bytes.</summary>
    public const int BodyStepBytes = 64 * 1024;

    /// <summary>The largest request line and the largest headers, in bytes: those of the API server take less than a tenth.</summary>
    public const int HeaderBytes = 8 * 1024;

    /// <summary>
    /// What Kestrel reads ahead of what is asked for, and what it writes ahead of what is taken, in bytes of a connection.
    /// </summary>
    public const int TransportBytes = 32 * 1024;

    /// <summary>How long a TLS handshake may take.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the request line and the headers may take, from their first byte.</summary>
    public static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);

    /// <summary>How long a whole body may take. The API server gives up on a review after 10 seconds, unless told otherwise.</summary>
    public static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may be idle: longer than Go's client keeps one (90 s), so that it never sends on one that is being closed.
    /// </summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(130);

    /// <summary>The least bytes in a second, sent or taken, once <see cref="RateGrace"/> is over.</summary>
    public const int LeastRate = 64 * 1024;

    /// <summary>How long a body or an answer may be slower.</summary>
    public static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(3);

    /// <summary>The share of one address in a number of connections.</summary>
    public static int PerAddress(int connections) => Math.Max(1, connections / Shares);
}
