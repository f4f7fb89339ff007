using System.Collections.Immutable;
using System.Globalization;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>What needs the machine for itself, and so runs after all else.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone : ICollectionFixture<BareCluster>;

/// <summary>Many writers at once, and every version that they leave behind.</summary>
/// <remarks>
/// What remains is a window: a verdict says what was true when the tenant was read, and the API server stores the write
/// some milliseconds later. A tenant whose orphaning deletion begins in between mostly still releases the namespace with
/// the others: the garbage collector has seen the new reference by then. Where it has not, the reference outlives the
/// tenant, and the collector destroys the namespace, as it does without any guard to a reference stored just before
/// the deletion. Collectors before the fix of kubernetes/kubernetes#114603 (2025) do so even if the namespace has
/// moved on to a living tenant meanwhile: between their look and their deletion they did not look again.
/// No admission webhook can close that window. Who deletes a tenant waits until nobody moves a namespace into it:
/// cordoned, it takes none in.
/// </remarks>
[Collection(typeof(Alone))]
public sealed class StormTests(BareCluster cluster)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan RebirthDuration = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_move_a_namespace_at_once_label_and_reference_agree_at_every_stored_version()
    {
        ImmutableArray<string> names = ["windy"];
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        var uids = await TenantsAsync("oil-1", "gas-1", "sun-1");
        using var admin = new ApiClient(cluster.Plane.Admin);
        await CreateAsync(admin, names, "oil-1");
        await using var history = await History.StartAsync(admin, "/api/v1/namespaces");
        using var storm = new Storm(cluster.Plane, names, Duration);

        await Task.WhenAll([.. Movers(storm, 50, uids), storm.ReconcileAsync()]);

        await cluster.Plane.Admin.OkAsync("create", "namespace", "calm-1");
        var namespaces = ObjectVersions.Of(await history.UpToAsync("calm-1", Cancellation), names);
        var (versions, moves) = (Assert.Single(namespaces).Versions, namespaces[0].Moves());
        Tell($"storm: {storm.Tally()}; {versions.Length} versions stored, {moves} of them moves");
        Assert.All(
            versions, version => Assert.Contains(version.Tenancy, uids.Select(tenant => $"{tenant.Key} | {tenant.Key}={tenant.Value}")));
        Assert.All(versions, version => Assert.False(version.IsTerminating));
        Assert.All(storm.Writes, write => Assert.True(write.Answer.Code is 200 or 409 or 503, write.Answer.Text));
        // Nothing was stored that nobody was told of, and nothing told that was not stored.
        Assert.Equal(
            storm.Accepted.Select(write => write.Stored.Revision).Append(versions[0].Revision).Distinct().Order(),
            versions.Select(version => version.Revision));
        Assert.True(moves >= 20, $"only {moves} moves");
        Assert.Contains(storm.Accepted, write => write.Method == HttpMethod.Put);
    }

    [Fact]
    public async Task A_write_that_starts_after_a_tenants_end_is_never_accepted_with_its_old_UID()
    {
        const string Reborn = "gas-2";
        ImmutableArray<string> names = [.. Enumerable.Range(0, 6).Select(i => $"gusty-{i}")];
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        var uids = await TenantsAsync("oil-2", Reborn, "sun-2");
        using var admin = new ApiClient(cluster.Plane.Admin);
        await CreateAsync(admin, names, "oil-2");
        await using var history = await History.StartAsync(admin, "/api/v1/namespaces");
        await using var tenants = await History.StartAsync(admin, "/apis/capsule.clastix.io/v1beta2/tenants");
        using var storm = new Storm(cluster.Plane, names, RebirthDuration);
        var rebirths = new TenantRecreations(admin, Reborn, uids[Reborn]);

        // Who writes label and ownerReference goes on writing the first UID.
        await Task.WhenAll([.. Movers(storm, 20, uids), storm.ReconcileAsync(), rebirths.RunAsync(storm, 10, Cancellation)]);

        await Poll.UntilAsync("the collector to be done", TimeSpan.FromMinutes(2), () => IsCalmAsync(admin, names), Cancellation);
        await cluster.Plane.Admin.OkAsync("create", "namespace", "calm-2");
        await cluster.Plane.CreateTenantAsync("calm-2");
        var namespaces = ObjectVersions.Of(await history.UpToAsync("calm-2", Cancellation), names);
        var ends = TenantRecreations.Ends(await tenants.UpToAsync("calm-2", Cancellation));
        Report(storm, rebirths, namespaces, ends);

        var accepted = storm.Accepted.ToLookup(write => write.Stored.Revision);
        foreach (var (version, uid) in StoredAfter(ends.Gone, namespaces))
        {
            // The window: the write that stored it was in progress when the tenant ended; others may have been answered with the same
            // version.
            var writes = accepted[version.Revision].ToList();
            Assert.True(
                writes is [] || writes.Exists(write => write.Started <= rebirths.GoneAt[uid]),
                $"{version.Name} got {version.Tenancy} by a write that started after that tenant's end");
        }

        Assert.True(rebirths.GoneAt.Count >= 3, $"only {rebirths.GoneAt.Count} rebirths");
        Assert.Contains(storm.Accepted, write => rebirths.GoneAt.TryGetValue(write.Uid, out var gone) && write.Started > gone);
        Assert.All(
            namespaces.SelectMany(one => one.Versions),
            version => Assert.True(Agrees(version, rebirths, uids), $"{version.Name} got {version.Tenancy}"));
        Assert.All(
            namespaces.Where(one => one.IsLost),
            one => Assert.True(one.Outlived(ends.Gone), $"{one.Versions[0].Name} was destroyed, and belonged to no tenant that was gone"));
        Assert.All(storm.Writes, write => Assert.True(IsExpected(write.Answer), write.Answer.Text));
    }

    private static IEnumerable<Task> Movers(Storm storm, int count, Dictionary<string, string> uids) =>
        Enumerable.Range(0, count).Select(i => storm.MoveAsync(i, [.. uids.Keys], tenant => i % 5 == 0 ? uids[tenant] : null));

    private async Task<Dictionary<string, string>> TenantsAsync(params string[] names)
    {
        await CapsulesAccount.BindAsync(cluster.Plane);
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            uids[name] = await cluster.Plane.CreateTenantAsync(name);
        }

        return uids;
    }

    private static async Task CreateAsync(ApiClient admin, ImmutableArray<string> names, string tenant)
    {
        foreach (var name in names)
        {
            (await admin.SendAsync(HttpMethod.Post, "/api/v1/namespaces", Storm.New(name, tenant))).Ok();
        }
    }

    /// <summary>
    /// Neither label nor ownerReference (the collector released it), or label and ownerReference of one tenant with a UID that it has or
    /// had.
    /// </summary>
    private static bool Agrees(StoredVersion version, TenantRecreations rebirths, Dictionary<string, string> uids) =>
        version.Tenancy == Scene.InNone
        || (version.TenantUids is [var uid]
            && uids.Keys.Any(
                name => version.Tenancy == $"{name} | {name}={uid}"
                    && (uids[name] == uid || (name == rebirths.Tenant && rebirths.Uids.Contains(uid)))));

    private static bool IsExpected(ApiAnswer answer) => answer.Code switch
    {
        200 or 201 or 409 or 503 => true,
        // A tenant, or a namespace that the collector took, between its end and its new beginning.
        403 => answer.Message.Contains("is being deleted", StringComparison.Ordinal),
        404 => true,
        422 => answer.Message.Contains("does not exist", StringComparison.Ordinal),
        _ => false,
    };

    private static async Task<bool> IsCalmAsync(ApiClient admin, ImmutableArray<string> names)
    {
        async Task<List<StoredVersion>> ListAsync(string path) =>
            [
                .. (await admin.SendAsync(HttpMethod.Get, path)).Ok()["items"]!
                    .AsArray()
                    .Select(item => new StoredVersion("", item!["metadata"]!.AsObject())),
            ];
        var live = (await ListAsync("/apis/capsule.clastix.io/v1beta2/tenants"))
            .Select(tenant => tenant.Uid)
            .ToHashSet(StringComparer.Ordinal);
        return (await ListAsync("/api/v1/namespaces"))
            .Where(one => names.Contains(one.Name))
            .All(one => !one.IsTerminating && one.TenantUids.All(live.Contains));
    }

    private static IEnumerable<(StoredVersion Version, string Uid)> StoredAfter(
        ImmutableDictionary<string, long> ends, ImmutableArray<ObjectVersions> namespaces) =>
        namespaces.SelectMany(one => one.References())
            .Where(each => ends.TryGetValue(each.Uid, out var end) && each.Version.Revision > end);

    private static void Report(
        Storm storm,
        TenantRecreations rebirths,
        ImmutableArray<ObjectVersions> namespaces,
        (ImmutableDictionary<string, long> Dying, ImmutableDictionary<string, long> Gone) ends)
    {
        var gone = StoredAfter(ends.Gone, namespaces).Count();
        var dying = StoredAfter(ends.Dying, namespaces).Count() - gone;
        Tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"storm with {rebirths.GoneAt.Count} rebirths: {storm.Tally()}; {namespaces.Sum(one => one.References().Count())} references stored"));
        Tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the window: {dying} stored after their tenant's deletion began, {gone} after its end; {namespaces.Count(one => one.IsLost)} namespaces destroyed"));
    }

    private static void Tell(string words) => Console.Error.WriteLine(words);
}
