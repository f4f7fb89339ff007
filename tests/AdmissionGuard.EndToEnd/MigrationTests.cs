using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>What a person sees.</summary>
public sealed class MigrationTests(GuardedCluster cluster)
{
    [Fact]
    public async Task A_label_moves_a_namespace_completely()
    {
        var scene = await cluster.SceneAsync();
        var before = await scene.GetAsync();

        var answer = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        Assert.Equal(0, answer.ExitCode);
        Assert.Equal($"namespace/{scene.Namespace} labeled\n", answer.Output);
        Assert.Equal(
            $"Warning: AdmissionGuard: {scene.Namespace} may move from tenant {scene.Oil} to {scene.Gas}; ownerReference set to {scene.Gas} (uid {scene.GasUid[..8]}-…)\n",
            answer.Error);
        var after = await scene.GetAsync();
        Assert.Equal(scene.InGas, Scene.TenancyOf(after));
        Assert.Equal(before["annotations"]!["note"]!.ToString(), after["annotations"]!["note"]!.ToString());
        Assert.Equal("billing", after["labels"]!["team"]!.ToString());
    }

    [Fact]
    public async Task Without_the_verbs_there_is_one_clear_refusal_and_nothing_changes()
    {
        var scene = await cluster.SceneAsync();

        var answer = await scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(
            "Error from server (Forbidden): admission webhook \"mutate.admissionguard.io\" denied the request: "
            + $"alice may not move namespace {scene.Namespace} from tenant {scene.Oil} to {scene.Gas}: "
            + $"needs \"release\" on tenants.capsule.clastix.io \"{scene.Oil}\" and \"adopt\" on tenants.capsule.clastix.io \"{scene.Gas}\"\n",
            answer.Error);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_label_alone_adopts_a_namespace_that_is_in_no_tenant()
    {
        var scene = await cluster.SceneAsync();
        var name = await scene.NewNamespaceAsync();

        await scene.Mover.OkAsync("label", "ns", name, scene.GasLabel);

        Assert.Equal(scene.InGas, await scene.TenancyAsync(name));
    }

    [Fact]
    public async Task A_manifest_that_knows_no_UID_creates_a_namespace_in_its_tenant()
    {
        var scene = await cluster.SceneAsync();
        var manifest = Scene.Manifest($"made-{scene.Namespace}", scene.GasLabel);

        await scene.Mover.ApplyAsync(manifest);
        Assert.Equal(scene.InGas, await scene.TenancyAsync($"made-{scene.Namespace}"));

        // GitOps tools apply again and again: the manifest does not contain the reference, and it stays.
        await scene.Mover.ApplyAsync(manifest);
        Assert.Equal(scene.InGas, await scene.TenancyAsync($"made-{scene.Namespace}"));
    }

    [Fact]
    public async Task A_namespace_whose_name_is_generated_is_created_in_its_tenant()
    {
        var scene = await cluster.SceneAsync();
        var manifest = Scene.Manifest("", scene.GasLabel)
            .Replace("  name: \n", $"  generateName: some-{scene.Namespace}-\n", StringComparison.Ordinal);

        var created = (await scene.Mover.WithInputAsync(manifest, "create", "-f", "-", "-o", "name")).Ok()["namespace/".Length..];
        var refused = await cluster.Plane.Admin.WithInputAsync(
            manifest.Replace("generateName: some-", "generateName: kube-", StringComparison.Ordinal), "create", "-f", "-");

        Assert.StartsWith($"some-{scene.Namespace}-", created, StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync(created));
        Assert.Contains("namespaces named \"kube-*\" are protected", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_creates_in_the_own_tenant_without_verbs_and_moves_nothing()
    {
        var scene = await cluster.SceneAsync();
        var bob = cluster.Plane.KubectlAs("bob");

        await bob.ApplyAsync(Scene.Manifest($"bobs-{scene.Namespace}", scene.GasLabel));
        var elsewhere = await bob.WithInputAsync(Scene.Manifest($"other-{scene.Namespace}", scene.OilLabel), "create", "-f", "-");
        var move = await bob.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        Assert.Equal(scene.InGas, await scene.TenancyAsync($"bobs-{scene.Namespace}"));
        Assert.Contains(
            $"bob may not create namespace other-{scene.Namespace} in tenant {scene.Oil}: needs \"adopt\"",
            elsewhere.Error,
            StringComparison.Ordinal);
        Assert.Contains("bob may not move namespace", move.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_removed_releases_a_namespace()
    {
        var scene = await cluster.SceneAsync();

        var answer = await scene.Mover.RunAsync("label", "ns", scene.Namespace, $"{GuardedCluster.LabelKey}-");

        Assert.Equal(
            $"Warning: AdmissionGuard: {scene.Namespace} may leave tenant {scene.Oil}; label and ownerReference removed\n", answer.Error);
        Assert.Equal(Scene.InNone, await scene.TenancyAsync());
    }

    [Fact]
    public async Task Every_other_owner_stays_as_it_was_and_where_it_was()
    {
        var scene = await cluster.SceneAsync();
        var (first, last) = (await OtherAsync("kube-public"), await OtherAsync("kube-system"));
        await cluster.Plane.Admin.ApplyAsync(
            Scene.Manifest($"shared-{scene.Namespace}", scene.OilLabel, first, Scene.Reference(scene.Oil, scene.OilUid), last));
        var before = (await scene.GetAsync($"shared-{scene.Namespace}"))["ownerReferences"]!.AsArray();

        await scene.Mover.OkAsync("label", "ns", $"shared-{scene.Namespace}", scene.GasLabel, "--overwrite");

        var after = (await scene.GetAsync($"shared-{scene.Namespace}"))["ownerReferences"]!.AsArray();
        Assert.Equal(["kube-public", scene.Gas, "kube-system"], after.Select(reference => (string)reference!["name"]!));
        Assert.True(JsonNode.DeepEquals(before[0], after[0]), after.ToJsonString());
        Assert.True(JsonNode.DeepEquals(before[2], after[2]), after.ToJsonString());

        // Living owners, or the collector would take the references out.
        async Task<string> OtherAsync(string name) =>
            $"{{apiVersion: v1, kind: Namespace, name: {name}, uid: {await cluster.Plane.Admin.OkAsync("get", "namespace", name, "-o", "jsonpath={.metadata.uid}")}, controller: false, blockOwnerDeletion: true}}";
    }

    [Fact]
    public async Task A_tenant_that_does_not_exist_is_told_to_who_may_adopt_into_it_and_looks_to_others_as_one_without_permission()
    {
        var scene = await cluster.SceneAsync();

        var mover = await scene.Mover.RunAsync("label", "ns", scene.Namespace, $"{scene.GasLabel}x", "--overwrite");
        var alice = await scene.Alice.RunAsync("label", "ns", scene.Namespace, $"{scene.GasLabel}x", "--overwrite");

        Assert.Contains($"tenant \"{scene.Gas}x\" does not exist (did you mean", mover.Error, StringComparison.Ordinal);
        Assert.Contains($"and \"adopt\" on tenants.capsule.clastix.io \"{scene.Gas}x\"\n", alice.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_protected_namespace_never_goes_into_a_tenant()
    {
        var scene = await cluster.SceneAsync();

        var answer = await cluster.Plane.Admin.RunAsync("label", "ns", "kube-public", scene.GasLabel);

        Assert.Contains("namespaces named \"kube-*\" are protected", answer.Error, StringComparison.Ordinal);
    }
}
