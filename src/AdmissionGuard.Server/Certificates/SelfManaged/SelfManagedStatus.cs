using AdmissionGuard.Kubernetes.LeaderElection;

namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>What is known of the certificates that the guard makes itself.</summary>
/// <param name="leadership">Which replica makes them.</param>
internal sealed class SelfManagedStatus(LeaderElectionService leadership)
{
    private Box? _authorityUntil;

    public bool IsLeader => leadership.IsLeader;

    /// <summary>When the authority that signs expires; <see langword="null"/> where there is none yet.</summary>
    public DateTimeOffset? AuthorityUntil
    {
        get => Volatile.Read(ref _authorityUntil)?.Value;
        set => Volatile.Write(ref _authorityUntil, value is { } time ? new Box(time) : null);
    }

    private sealed record Box(DateTimeOffset Value);
}
