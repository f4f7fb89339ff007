using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Moves beside a webhook that puts on, and takes off, what Capsule does: between the guard's two calls.</summary>
public sealed class CapsuleMetadataTests(GuardedCluster cluster) : IClassFixture<BreakGlass>
{
    private Kubectl Warden => cluster.Plane.KubectlAs(BreakGlass.Warden);

    [Fact]
    public async Task Keys_that_the_target_puts_on_itself_are_neither_forbidden_nor_missing()
    {
        var scene = await cluster.SceneAsync();
        await using var capsule = await FakeCapsuleMutator.StartAsync(scene, """
            {"namespaceOptions":{
              "additionalMetadata":{"labels":{"cost-center":"1234","team":"gas"}},
              "forbiddenLabels":{"denied":["cost-center"],"deniedRegex":"^team$"},
              "requiredMetadata":{"labels":{"cost-center":"^[0-9]{4}$"}}}}
            """);

        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        var stored = await scene.GetAsync();
        Assert.Equal(scene.InGas, Scene.TenancyOf(stored));
        Assert.Equal(("1234", "gas"), ((string?)stored["labels"]!["cost-center"], (string?)stored["labels"]!["team"]));
    }

    [Fact]
    public async Task Beside_a_target_that_removes_annotations_an_override_is_given_by_the_field_manager_alone()
    {
        var scene = await cluster.SceneAsync();
        const string Spec = """{"cordoned":true,"namespaceOptions":{"managedMetadataOnly":true}}""";
        await using var capsule = await FakeCapsuleMutator.StartAsync(scene, Spec);
        var patch = FakeCapsuleMutator.Patch(scene, "admissionguard.io/override");

        var dry = await Warden.RunAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", patch, "--dry-run=server");
        var annotated = await Warden.RunAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", patch);
        var between = await scene.TenancyAsync();
        string[] label = ["label", "ns", scene.Namespace, scene.GasLabel, "--overwrite"];
        var managed = await Warden.RunAsync([.. label, "--field-manager=override: CHG-2"]);

        Assert.Equal(annotated.Error, dry.Error);
        Assert.StartsWith("Error from server (Forbidden)", annotated.Error, StringComparison.Ordinal);
        Assert.Contains("rule targetCordoned", annotated.Error, StringComparison.Ordinal);
        Assert.Contains("add --field-manager='override: WHY'", annotated.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, between);
        Assert.Contains($"{BreakGlass.Warden} overrides targetCordoned: CHG-2", managed.Error, StringComparison.Ordinal);
        var stored = await scene.GetAsync();
        Assert.Equal(scene.InGas, Scene.TenancyOf(stored));
        Assert.Null(stored["annotations"]);
        Assert.Null(stored["labels"]!["team"]);
    }
}

/// <summary>The same, of a reason: with a guard that asks for one.</summary>
[Collection(nameof(LookedAtCluster))]
public sealed class CapsuleMetadataReasonTests(BareCluster cluster)
{
    [Fact]
    public async Task Beside_a_target_that_removes_annotations_a_reason_is_given_by_the_field_manager_alone()
    {
        var scene = await cluster.SceneAsync();
        await using var guard = await Guard.StartAsync(
            cluster.Plane,
            TestContext.Current.CancellationToken,
            settings: new GuardSettings { Arguments = ["--set", "rules.reasonGiven=enforce"] });
        await using var capsule = await FakeCapsuleMutator.StartAsync(scene, """{"namespaceOptions":{"managedMetadataOnly":true}}""");
        var patch = FakeCapsuleMutator.Patch(scene, "admissionguard.io/reason");

        var annotated = await scene.Mover.RunAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", patch);
        var between = await scene.TenancyAsync();
        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", "--field-manager=reason: CHG-2");

        Assert.StartsWith("Error from server (Forbidden)", annotated.Error, StringComparison.Ordinal);
        Assert.Contains(
            "rule reasonGiven: no reason was given; add --field-manager='reason: WHY' to the kubectl command",
            annotated.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("admissionguard.io/reason", annotated.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, between);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }
}
