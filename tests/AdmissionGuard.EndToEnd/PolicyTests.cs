using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Every rule that is enforced if it is not configured, on Tenants as they live, and what overrides them.</summary>
public sealed class PolicyTests(GuardedCluster cluster) : IClassFixture<BreakGlass>
{
    private const string Override = "--field-manager=override: CHG-1";

    private Kubectl Warden => cluster.Plane.KubectlAs(BreakGlass.Warden);

    public static TheoryData<string> Rules() => BrokenRule.All;

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_broken_rule_is_named_and_nothing_changes_dry_run_or_not(string rule)
    {
        var scene = await cluster.SceneAsync();
        var (name, words) = await BrokenRule.SetUpAsync(scene, rule);
        var before = (await scene.GetAsync(name)).ToJsonString();

        var dry = await scene.Mover.RunAsync("label", "ns", name, scene.GasLabel, "--overwrite", "--dry-run=server");
        var answer = await scene.Mover.RunAsync("label", "ns", name, scene.GasLabel, "--overwrite");

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith("Error from server (Forbidden)", answer.Error, StringComparison.Ordinal);
        Assert.Contains($": rule {rule}: ", answer.Error, StringComparison.Ordinal);
        Assert.Contains(words, answer.Error, StringComparison.Ordinal);
        Assert.Equal(answer, dry);
        Assert.Equal(before, (await scene.GetAsync(name)).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task An_override_with_its_verb_lifts_a_rule_and_says_so_dry_run_or_not(string rule)
    {
        var scene = await cluster.SceneAsync();
        var (name, _) = await BrokenRule.SetUpAsync(scene, rule);
        var before = await scene.TenancyAsync(name);

        var dry = await Warden.RunAsync("label", "ns", name, scene.GasLabel, "--overwrite", Override, "--dry-run=server");
        var between = await scene.TenancyAsync(name);
        var answer = await Warden.RunAsync("label", "ns", name, scene.GasLabel, "--overwrite", Override);

        Assert.Equal(before, between);
        Assert.Equal(answer.Error, dry.Error);
        Assert.Contains($"Warning: AdmissionGuard: {BreakGlass.Warden} overrides {rule}: CHG-1\n", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync(name));
    }

    [Fact]
    public async Task An_annotation_of_the_same_request_overrides_too_and_one_of_before_does_not()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "targetCordoned");
        await Warden.OkAsync("annotate", "ns", scene.Namespace, "admissionguard.io/override=CHG-1");

        var old = await Warden.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var between = await scene.TenancyAsync();
        var now = await Warden.RunAsync(
            "patch", "ns", scene.Namespace, "--type=merge", "-p",
            $$$$"""{"metadata":{"labels":{"{{{{GuardedCluster.LabelKey}}}}":"{{{{scene.Gas}}}}"},"annotations":{"admissionguard.io/override":"CHG-2"}}}""");

        Assert.Contains("rule targetCordoned", old.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, between);
        Assert.Contains($"{BreakGlass.Warden} overrides targetCordoned: CHG-2", now.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task An_override_without_its_verb_is_refused_and_the_verb_named()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "targetCordoned");

        var answer = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", Override);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("rule targetCordoned", answer.Error, StringComparison.Ordinal);
        Assert.Contains($"needs \"override\" on tenants.capsule.clastix.io \"{scene.Gas}\"", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_override_never_stands_in_for_release_or_adopt(bool isRuleBroken)
    {
        var scene = await cluster.SceneAsync();
        if (isRuleBroken)
        {
            await BrokenRule.SetUpAsync(scene, "targetCordoned");
        }

        var answer = await cluster.Plane.KubectlAs(BreakGlass.Lifter)
            .RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", Override);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains(
            $"needs \"release\" on tenants.capsule.clastix.io \"{scene.Oil}\" and \"adopt\" on tenants.capsule.clastix.io \"{scene.Gas}\"",
            answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Fact]
    public async Task An_override_leads_into_no_tenant_that_is_being_deleted()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "targetCordoned");
        await BrokenRule.PatchAsync(scene, scene.Gas, """{"metadata":{"finalizers":["example.com/hold"]}}""");
        await cluster.Plane.Admin.OkAsync("delete", "tenant", scene.Gas, "--wait=false");

        var answer = await Warden.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", Override);

        Assert.Contains("is being deleted and accepts no namespaces", answer.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
        await BrokenRule.PatchAsync(scene, scene.Gas, """{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task All_broken_rules_are_told_at_once_and_lifted_at_once()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "sourceCordoned");
        await BrokenRule.SetUpAsync(scene, "tenantPrefix");
        await BrokenRule.SetUpAsync(scene, "requiredMetadata");

        var refused = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var overridden = await Warden.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", Override);

        Assert.All(
            ["sourceCordoned", "tenantPrefix", "requiredMetadata"],
            rule => Assert.Contains($"rule {rule}: ", refused.Error, StringComparison.Ordinal));
        Assert.Contains(
            $"{BreakGlass.Warden} overrides sourceCordoned, tenantPrefix, requiredMetadata: CHG-1",
            overridden.Error,
            StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_release_asks_the_tenant_that_is_left_and_so_does_its_override()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "sourceCordoned");

        var refused = await scene.Mover.RunAsync("label", "ns", scene.Namespace, $"{GuardedCluster.LabelKey}-", Override);
        var between = await scene.TenancyAsync();
        var overridden = await Warden.RunAsync("label", "ns", scene.Namespace, $"{GuardedCluster.LabelKey}-", Override);

        Assert.Contains("rule sourceCordoned", refused.Error, StringComparison.Ordinal);
        Assert.Contains($"needs \"override\" on tenants.capsule.clastix.io \"{scene.Oil}\"", refused.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, between);
        Assert.Contains("overrides sourceCordoned: CHG-1", overridden.Error, StringComparison.Ordinal);
        Assert.Equal(Scene.InNone, await scene.TenancyAsync());
    }

    [Fact]
    public async Task The_window_of_either_tenant_binds_and_an_open_one_lets_pass()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.SetUpAsync(scene, "maintenanceWindows");
        await BrokenRule.PatchAsync(scene, scene.Oil, BrokenRule.Window("never"));

        var closed = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        await BrokenRule.PatchAsync(scene, scene.Gas, BrokenRule.Window("0 0 * * * for 2d in Europe/Berlin"));
        var unreadable = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var between = await scene.TenancyAsync();
        await BrokenRule.PatchAsync(scene, scene.Oil, BrokenRule.Window("0 0 * * * for 2d in UTC"));
        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

        Assert.Contains($"no maintenance window of tenant \"{scene.Gas}\" is open", closed.Error, StringComparison.Ordinal);
        Assert.Contains($"tenant \"{scene.Oil}\" has an annotation", closed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain($"tenant \"{scene.Gas}\" is open", unreadable.Error, StringComparison.Ordinal);
        Assert.Contains("is invalid", unreadable.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, between);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }
}
