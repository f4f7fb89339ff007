namespace AdmissionGuard.Server.Certificates.SelfManaged;

/// <summary>How long certificates live, and what follows from it.</summary>
/// <param name="Leaf">How long a serving certificate lives.</param>
/// <param name="Authority">How long an authority lives.</param>
internal sealed record Lifetimes(TimeSpan Leaf, TimeSpan Authority)
{
    /// <summary>How long a step of a rotation waits until the previous step has reached all replicas and API servers.</summary>
    public TimeSpan Settle { get; } = Clamp(Leaf / 100, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    /// <summary>How often each replica looks: several times while a step settles.</summary>
    public TimeSpan Period => Clamp(Settle / 4, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

    private static TimeSpan Clamp(TimeSpan time, TimeSpan least, TimeSpan most) => time < least ? least : time > most ? most : time;
}
