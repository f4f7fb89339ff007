using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A pipeline that runs <c>kubectl --warnings-as-errors</c>, with both values of the setting <c>warnings</c>.</summary>
[Collection(nameof(LookedAtCluster))]
public sealed class WarningsTests(BareCluster cluster)
{
    // As kubectl 1.20 and its successors have it in their last line.
    private const string Failed = "1 warning received";

    [Fact]
    public async Task By_default_a_pipeline_fails_on_the_confirmation_of_its_own_move()
    {
        var (scene, answer) = await MoveAsync("warnings=all");

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith($"Warning: AdmissionGuard: {scene.Namespace} may move from tenant ", answer.Error, StringComparison.Ordinal);
        Assert.Contains(Failed, answer.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task With_problems_alone_it_succeeds_and_nothing_is_printed_beside_its_output()
    {
        var (scene, answer) = await MoveAsync("warnings=problems");

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task With_problems_alone_it_still_fails_on_a_rule_that_warns()
    {
        var (scene, answer) = await MoveAsync("warnings=problems", "rules.reasonGiven=warn");

        Assert.Equal(1, answer.ExitCode);
        Assert.StartsWith("Warning: AdmissionGuard: rule reasonGiven (warns only): ", answer.Error, StringComparison.Ordinal);
        Assert.Contains(Failed, answer.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    /// <summary>Moves a namespace with the command of <c>deploy/docs/gitops-and-backups.md</c>.</summary>
    private async Task<(Scene Scene, CommandResult Answer)> MoveAsync(params string[] settings)
    {
        await using var guard = await Guard.StartAsync(
            cluster.Plane,
            TestContext.Current.CancellationToken,
            settings: new GuardSettings { Arguments = [.. settings.SelectMany(setting => new[] { "--set", setting })] });
        var scene = await cluster.SceneAsync();
        return (scene, await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite", "--warnings-as-errors"));
    }
}
