namespace AdmissionGuard.Limits;

/// <summary>How much memory the process needs at the most, from which the pods' memory limit follows.</summary>
/// <remarks>Each figure is measured by the tests on the native binary, under a limit of the kernel's.</remarks>
internal static class PodMemory
{
    private const long MiB = 1024 * 1024;

    /// <summary>The process at rest, in bytes: its code, the runtime, a collected heap, and what is garbage between two collections.</summary>
    public const long Base = 112 * MiB;

    /// <summary>A connection, in bytes: TLS, Kestrel's buffers, and the first part of a body.</summary>
    public const long Connection = 64 * 1024;

    /// <summary>What it takes to read a review, for each byte of it: its strings, of two bytes a character, and the places of its parts.</summary>
    public const long ReadingPerByte = 1;

    /// <summary>The most that the process needs, in bytes.</summary>
    /// <param name="connections">As in <c>--max-connections</c>.</param>
    public static long Of(int connections) =>
        Base + ((connections + ServerLimits.HealthConnections) * Connection) + (ServerLimits.BodyBytes * (1 + ReadingPerByte));
}
