namespace AdmissionGuard.EndToEnd;

/// <summary>
/// The namespace survives, with the real garbage collector running. The other half, without the guard, is in
/// <see cref="WithoutTheGuardTests"/>.
/// </summary>
public sealed class GarbageCollectionTests(GuardedCluster cluster)
{
    [Fact]
    public async Task A_mistyped_UID_leaves_the_namespace_alive_and_correct()
    {
        var scene = await cluster.SceneAsync();

        var answer = await scene.Mover.RunAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", Scene.MistypedUidPatch(scene.Oil));

        Assert.Equal(0, answer.ExitCode);
        Assert.Contains($"stays in tenant {scene.Oil}", answer.Error, StringComparison.Ordinal);
        await scene.GarbageIsCollectedAsync();
        var stored = await scene.GetAsync();
        Assert.Equal(scene.InOil, Scene.TenancyOf(stored));
        Assert.Null(stored["deletionTimestamp"]);
    }

    [Fact]
    public async Task A_mistyped_UID_of_the_target_is_corrected_on_the_way()
    {
        var scene = await cluster.SceneAsync();

        await scene.Mover.OkAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", Scene.MistypedUidPatch(scene.Gas, scene.Gas));

        await scene.GarbageIsCollectedAsync();
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task Orphaning_a_tenants_dependents_leaves_its_namespaces_without_tenancy()
    {
        var scene = await cluster.SceneAsync();
        // A collector that has not seen the namespace yet has no dependent to orphan.
        await scene.GarbageIsCollectedAsync();

        await cluster.Plane.Admin.OkAsync("delete", "tenant", scene.Oil, "--cascade=orphan", "--wait=false");

        await Poll.UntilAsync(
            "the tenant's end",
            TimeSpan.FromMinutes(2),
            () => cluster.Plane.Admin.IsGoneAsync("tenant", scene.Oil),
            TestContext.Current.CancellationToken);
        await scene.GarbageIsCollectedAsync();
        var stored = await scene.GetAsync();
        Assert.Equal(Scene.InNone, Scene.TenancyOf(stored));
        Assert.Null(stored["deletionTimestamp"]);
    }

    [Fact]
    public async Task A_deleted_namespace_is_still_finalized()
    {
        var scene = await cluster.SceneAsync();

        await cluster.Plane.Admin.OkAsync("delete", "ns", scene.Namespace, "--timeout=2m");

        Assert.True(await cluster.Plane.Admin.IsGoneAsync("ns", scene.Namespace));
    }

    [Fact]
    public async Task A_tenant_between_deletion_and_re_creation_takes_nobody_in_and_then_with_its_new_UID()
    {
        var scene = await cluster.SceneAsync();
        var admin = cluster.Plane.Admin;
        await admin.OkAsync("patch", "tenant", scene.Gas, "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        await admin.OkAsync("delete", "tenant", scene.Gas, "--wait=false");

        var dying = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        await admin.OkAsync("patch", "tenant", scene.Gas, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        var gone = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var uid = await cluster.Plane.CreateTenantAsync(scene.Gas);
        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        Assert.Contains("is being deleted and accepts no namespaces", dying.Error, StringComparison.Ordinal);
        Assert.Contains("does not exist", gone.Error, StringComparison.Ordinal);
        Assert.NotEqual(scene.GasUid, uid);
        Assert.Equal($"{scene.Gas} | {scene.Gas}={uid}", await scene.TenancyAsync());
    }
}
