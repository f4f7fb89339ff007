using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>The decision table once more, as far as a label can say it: what a plan foretells is what comes.</summary>
public sealed class PlannedTableTests
{
    private static readonly ImmutableArray<string> StoredStates =
    [
        "- | -",
        "oil | oil",
        "gas | oil",
        "'' | oil",
        "- | oil",
        "oil | -",
        "oil | gas",
        "oil | oil, gas",
        "gas | oil, coal",
        "oil | oil@v1beta1",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_and_the_label_that_follows_agree_for_every_row_that_a_label_can_write()
    {
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation);
        await TestUsers.CreateAsync(plane);
        var planner = await Planners.CreateAsync(plane);
        ImmutableArray<Simulator> trials =
        [
            .. StoredStates.SelectMany(
                state => new[] { "oil", "gas", "gsa", null }.SelectMany(
                    target => new[] { "mover", "alice" }.Select(user => (state, target, user))))
                .Select((each, number) => new Simulator($"planned-{number}", each.state, each.target, each.user)),
        ];
        await StoreAsync(plane, trials);
        await using var guard = await Guard.StartAsync(plane, Cancellation);

        var (agreement, disagreements) = (new PlanComparison(plane), new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(trials, new ParallelOptions
        {
            MaxDegreeOfParallelism = 3,
            CancellationToken = Cancellation,
        }, async (simulator, _) =>
        {
            if (await agreement.DisagreementAsync(planner, simulator.Namespace, simulator.Target, simulator.User) is { } disagreement)
            {
                disagreements.Enqueue($"{simulator}: {disagreement}");
            }
        });

        Assert.True(disagreements.IsEmpty, $"{disagreements.Count} of {trials.Length}:\n{string.Join('\n', disagreements.Take(10))}");
    }

    /// <summary>Before there is a guard: it would let none of the drifted ones in.</summary>
    private static async Task StoreAsync(ControlPlane plane, ImmutableArray<Simulator> trials)
    {
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tenant in World.Tenants)
        {
            uids[tenant] = await plane.CreateTenantAsync(tenant);
        }

        var dto = new ConditionsTable(uids);
        var items = trials.Select(simulator => dto.Stored(simulator.Namespace, RowTenancy.Parse(simulator.Stored)));
        await plane.Admin.ApplyAsync(
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) }.ToJsonString());
    }

    private sealed record Simulator(string Namespace, string Stored, string? Target, string User);
}
