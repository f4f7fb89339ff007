namespace AdmissionGuard.Tests.Properties;

/// <summary>What may be stored, computed from what was there and what is there, and from nothing that the guard says.</summary>
internal static class AllowedOutcomes
{
    /// <summary>In mode enforce: in no tenant, or wholly in one that is there, and with the permissions that takes.</summary>
    public static void Check(Scenario scenario, ModelCluster cluster, Seen old, Seen now)
    {
        Assert.True(now.IsNone || IsConsistent(now), $"stored: {old} -> {now}");
        Assert.All(
            now.References,
            reference => Assert.True(IsTakenInByTheLiving(cluster, old, reference), $"a dying tenant took it in: {old} -> {now}"));
        Assert.False(scenario.IsTerminating || scenario.SubResource.Length > 0, $"changed where it can't: {old} -> {now}");

        var released = (old.Members is not [] ? old.Members : old.Label is { } label ? [label] : [])
            .Where(tenant => tenant != now.Label && cluster.LifeOf(tenant) is not TenantLife.Absent).ToList();
        List<(string Verb, string Tenant)> needs = [.. released.Select(tenant => ("release", tenant))];
        if (now.Label is { } target && !old.Members.Contains(target))
        {
            needs.Add(("adopt", target));
        }

        var ownsTarget = now.Label is { } owned && cluster.Owns(owned);
        var waived = scenario.Asker.IsExempt
            || (scenario.Stored is null && ownsTarget)
            || (scenario.World.OwnersMayMigrate && old.Members is not [] && released is not [] && ownsTarget && released.All(cluster.Owns));
        Assert.True(
            waived || needs.All(need => scenario.Asker.Has(need.Verb, need.Tenant)),
            $"without the verbs ({string.Join(", ", needs)}): {old} -> {now}");

        bool IsConsistent(Seen tenancy) => tenancy is { Label: { } name, References: [var only] }
            && only.Name == name && only.Uid == cluster.UidOf(name) && only.ApiVersion == "capsule.clastix.io/v1beta2";
    }

    /// <summary>In the modes warn and audit: no reference is written but to an existing tenant, with its UID.</summary>
    public static void CheckTolerated(ModelCluster cluster, Seen old, Seen now) =>
        Assert.All(now.References.Where(reference => !old.References.Contains(reference)), written => Assert.True(
            cluster.UidOf(written.Name) == written.Uid && IsTakenInByTheLiving(cluster, old, written),
            $"stored: {old} -> {now}"));

    // A reference that was right already may stay, whatever else is fixed.
    private static bool IsTakenInByTheLiving(ModelCluster cluster, Seen old, Owner reference) =>
        cluster.LifeOf(reference.Name) is TenantLife.Live
        || old.References.Any(stored => stored.Name == reference.Name && stored.Uid == reference.Uid);
}
