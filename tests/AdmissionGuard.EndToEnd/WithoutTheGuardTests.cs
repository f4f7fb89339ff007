using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

[Collection(nameof(BareCluster))]
public sealed class WithoutTheGuardTests(BareCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_guard_a_mistyped_UID_destroys_the_namespace()
    {
        var scene = await cluster.SceneAsync();

        await cluster.Plane.Admin.OkAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", Scene.MistypedUidPatch(scene.Oil));

        await Poll.UntilAsync(
            "the namespace's end", TimeSpan.FromMinutes(2), () => cluster.Plane.Admin.IsGoneAsync("ns", scene.Namespace), Cancellation);
    }

    [Fact]
    public async Task A_mutator_registered_alone_moves_nothing_for_who_lacks_the_verbs()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation, Webhooks.Mutate);

        var alice = await scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        Assert.Contains("mutate.admissionguard.io", alice.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());

        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_validator_registered_alone_lets_nothing_incomplete_through()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation, Webhooks.Validate);

        var alice = await scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var mover = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", "--request-timeout=20s");

        Assert.Contains("validate.admissionguard.io", alice.Error, StringComparison.Ordinal);
        Assert.Contains("Forbidden", alice.Error, StringComparison.Ordinal);
        Assert.Contains("the mutating webhook mutate.admissionguard.io did not run", mover.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task With_the_guard_stopped_every_write_of_a_namespace_waits_for_it_as_deploy_says()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        await guard.StopAsync();

        var edit = await scene.Mover.RunAsync("label", "ns", scene.Namespace, "seen=yes");
        var creation = await scene.Mover.RunAsync("create", "namespace", $"new-{scene.Namespace}");
        var move = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        await cluster.Plane.Admin.OkAsync("delete", "validatingwebhookconfiguration", "00-admissionguard");
        await Poll.UntilAsync(
            "the API server to let go",
            TimeSpan.FromMinutes(1),
            async () => (await scene.Mover.RunAsync("label", "ns", scene.Namespace, "seen=yes")).ExitCode == 0,
            Cancellation);

        foreach (var refused in new[] { edit, creation, move })
        {
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("failed calling webhook \"validate.admissionguard.io\"", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task An_unrelated_edit_reaches_no_lookup()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var before = await guard.CallsAsync();

        await scene.Alice.OkAsync("label", "ns", scene.Namespace, "seen=yes");
        await scene.Alice.OkAsync("annotate", "ns", scene.Namespace, "note=changed", "--overwrite");

        // Two lookups and two access reviews for each of the two webhooks went before.
        Assert.True(before >= 8, $"{before} calls");
        Assert.Equal(before, await guard.CallsAsync());
    }

    [Fact]
    public async Task Where_the_garbage_collector_may_not_release_nothing_is_lost_and_the_tenant_waits()
    {
        var scene = await cluster.SceneAsync();
        var admin = cluster.Plane.Admin;
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        await admin.OkAsync("delete", "clusterrolebinding", "admissionguard-tenant-orphaner");
        await scene.GarbageIsCollectedAsync();

        await admin.OkAsync("delete", "tenant", scene.Oil, "--cascade=orphan", "--wait=false");

        await Poll.UntilAsync(
            "the collector's refused request",
            TimeSpan.FromMinutes(2),
            () => Task.FromResult(guard.Tail().Contains($"may not release namespace {scene.Namespace}", StringComparison.Ordinal)),
            Cancellation);
        await scene.GarbageIsCollectedAsync();
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
        Assert.Null((await scene.GetAsync())["deletionTimestamp"]);
        Assert.Contains(
            "orphan", await admin.OkAsync("get", "tenant", scene.Oil, "-o", "jsonpath={.metadata.finalizers}"), StringComparison.Ordinal);

        // The collector asks again and again, at longer and longer intervals.
        await admin.OkAsync("apply", "-f", Repository.File("deploy", "base", "rbac.yaml"));
        await Poll.UntilAsync("the tenant's end", TimeSpan.FromMinutes(5), () => admin.IsGoneAsync("tenant", scene.Oil), Cancellation);
        Assert.Equal(Scene.InNone, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_namespace_that_is_deleted_while_the_guard_is_down_is_finished_once_it_is_back()
    {
        var scene = await cluster.SceneAsync();
        var admin = cluster.Plane.Admin;
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        await guard.StopAsync();
        await admin.OkAsync("delete", "ns", scene.Namespace, "--wait=false");
        await scene.GarbageIsCollectedAsync();
        Assert.NotNull((await scene.GetAsync())["deletionTimestamp"]);

        await using var another = await Guard.StartAsync(cluster.Plane, Cancellation);

        await Poll.UntilAsync("the namespace's end", TimeSpan.FromMinutes(5), () => admin.IsGoneAsync("ns", scene.Namespace), Cancellation);
    }
}
