namespace AdmissionGuard.Tests.Properties;

/// <summary>Where the guard is not yet what the properties say. Each goes with its mending, and this file with the last.</summary>
internal static class OpenQuestions
{
    /// <summary>
    /// A stale reference exchanged for the live one of a tenant that is being deleted passes: by the design such a tenant
    /// takes nobody in (see also DecisionTableTests).
    /// </summary>
    public static bool IsTakenInByADyingTenant(ModelCluster cluster, Seen old, Owner written) =>
        cluster.LifeOf(written.Name) is TenantLife.Terminating && old.Members.Contains(written.Name);

    /// <summary>
    /// The rules of scope Change are not asked when a reference vanishes under a dying tenant, but they are of the completed
    /// object, where the label has gone too: <c>/validate</c> refuses what <c>/mutate</c> completed.
    /// </summary>
    public static bool IsOrphaned(ModelCluster cluster, Seen old, Seen received) =>
        old.Label is { } label && label == received.Label && received.References is [] && old.Members.Contains(label)
        && cluster.LifeOf(label) is TenantLife.Terminating or TenantLife.Absent;
}
