using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>A plan with the guard's settings, beside what a guard with those settings answers.</summary>
[Collection(nameof(LookedAtCluster))]
public sealed class PlannedSettingsTests(BareCluster cluster)
{
    private const string Cordoned = "is cordoned and accepts no namespaces";

    [Fact]
    public async Task A_reason_that_must_be_given_is_asked_for_by_both()
    {
        const string Setting = "rules.reasonGiven=enforce";
        await using var guard = await StartAsync(Setting);

        Assert.Contains("rule reasonGiven", (await PlanAsync("mover", "", Setting)).Message, StringComparison.Ordinal);
        Assert.Equal("", (await PlanAsync("mover", "reason: CHG-1", Setting)).Message);
    }

    [Fact]
    public async Task A_rule_that_only_warns_warns_in_both()
    {
        const string Setting = "rules.targetCordoned=warn";
        await using var guard = await StartAsync(Setting);

        var plan = await PlanAsync("mover", "", Setting);

        Assert.Equal(0, plan.ExitCode);
        Assert.Contains(plan.Warnings, warning => warning.Contains(Cordoned, StringComparison.Ordinal));
        Assert.Equal(1, (await PlanAsync("alice", "", Setting)).ExitCode);
    }

    [Theory]
    [InlineData("warn")]
    [InlineData("audit")]
    public async Task What_a_mode_lets_pass_passes_in_both_and_is_not_completed(string mode)
    {
        var setting = $"mode={mode}";
        await using var guard = await StartAsync(setting);

        // Who lacks the verbs is told of them alone.
        foreach (var (user, words) in new[] { ("mover", Cordoned), ("alice", "needs \"release\" on ") })
        {
            var plan = await PlanAsync(user, "", setting);

            Assert.Equal(0, plan.ExitCode);
            Assert.Contains(words, (string)plan.Result!["tolerated"]!, StringComparison.Ordinal);
            Assert.Equal(mode == "warn", plan.Warnings.Count > 0);
        }
    }

    private Task<Guard> StartAsync(string setting) =>
        Guard.StartAsync(
            cluster.Plane, TestContext.Current.CancellationToken, settings: new GuardSettings { Arguments = ["--set", setting] });

    /// <summary>Plans the move into a tenant, cordoned unless a reason is what matters, and sees that the label gets the same.</summary>
    private async Task<PlanAnswer> PlanAsync(string user, string fieldManager, string setting)
    {
        var (planner, scene) = (await Planners.CreateAsync(cluster.Plane), await cluster.SceneAsync());
        if (!setting.StartsWith("rules.reasonGiven", StringComparison.Ordinal))
        {
            await BrokenRule.SetUpAsync(scene, "targetCordoned");
        }

        var plan = await PlanAnswer.OfAsync(planner, scene.Namespace, scene.Gas, user, fieldManager, setting);
        Assert.Null(await new PlanComparison(cluster.Plane, setting).DisagreementAsync(planner, scene.Namespace, scene.Gas, user, fieldManager));
        return plan;
    }
}
