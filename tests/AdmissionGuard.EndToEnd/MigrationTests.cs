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
            $"Warning: AdmissionGuard: {scene.Namespace} moves from tenant {scene.Oil} to {scene.Gas}; ownerReference set to {scene.Gas} (uid {scene.GasUid[..8]}-…)\n",
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
}
