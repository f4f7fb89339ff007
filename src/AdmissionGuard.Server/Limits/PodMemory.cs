namespace AdmissionGuard.Server.Limits;

/// <summary>How much memory the process needs at the most, from which the pods' memory limit follows.</summary>
/// <remarks>
/// The figures are measured on the native binary; a test holds their sum under a limit of the kernel's, whatever clients do.
/// </remarks>
internal static class PodMemory
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;

    /// <summary>
    /// The process at rest, in bytes: its code, the runtime, the heap, and what is garbage between two collections. Measured: 77 MiB.
    /// </summary>
    public const long Base = 96 * MiB;

    /// <summary>
    /// A connection for reviews, in bytes: TLS, Kestrel's buffers, headers of the largest size, and the part of a body that is not charged.
    /// Measured: 118 KiB.
    /// </summary>
    public const long Connection = 120 * KiB;

    /// <summary>A connection for health and metrics, in bytes. Measured: 20 KiB.</summary>
    public const long HealthConnection = 32 * KiB;

    /// <summary>A lookup, in bytes: an access review that carries a user of 4096 characters, six bytes each, twice.</summary>
    public const long LookUp = 48 * KiB;

    /// <summary>
    /// What it takes to decide on a large review, for each byte of it: its strings, of two bytes a character. What is
    /// both a reason and one of the annotations is a string twice.
    /// </summary>
    public const long DecisionPerByte = 4;

    /// <summary>The most that the process needs, in bytes.</summary>
    /// <param name="connections">As in <c>--max-connections</c>.</param>
    /// <param name="lookUps">As in <c>--max-lookups</c>.</param>
    public static long Of(int connections, int lookUps) =>
        Base
        + (connections * Connection)
        + (ServerLimits.HealthConnections * HealthConnection)
        + (lookUps * LookUp)
        + ServerLimits.BodyBytes
        + (ReviewLimits.MaxBodyBytes * DecisionPerByte);
}
