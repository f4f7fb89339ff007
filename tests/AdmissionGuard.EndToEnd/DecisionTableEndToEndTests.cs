using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>The decision table on a real control plane: every row in every way to write, by somebody who may and by somebody who may not.</summary>
public sealed class DecisionTableEndToEndTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_server_stores_and_refuses_what_the_table_says()
    {
        ImmutableArray<Trial> trials =
        [
            .. CoveringSample.Choose().SelectMany((write, number) => new[] { "mover", "nobody" }.Select(actor => new Trial($"table-{number}-{actor}", write, Actor.Named(actor)))),
        ];
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation);
        var wire = await PrepareAsync(plane, trials);
        await using var guard = await Guard.StartAsync(plane, Cancellation);

        var answers = new ConcurrentDictionary<string, (int Code, string Body)>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(trials, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation }, async (trial, _) =>
        {
            var (method, path, contentType) = TableWire.RequestOf(trial.Write.Way, trial.Namespace);
            var (code, body) = await plane.SendAsync(trial.User, method, path, contentType, wire.BodyOf(trial.Write, trial.Namespace).ToJsonString());
            answers[trial.Namespace] = ((int)code, body);
        });

        var stored = await StoredAsync(plane);
        var disagreements = trials.Select(trial => Disagreement(trial, answers[trial.Namespace], stored.GetValueOrDefault(trial.Namespace), wire)).OfType<string>().ToList();
        output.WriteLine($"{trials.Length} requests of {trials.Length / 2} writes; can't be written: {string.Join(", ", CoveringSample.Unreachable())}");
        Assert.True(disagreements is [], $"{disagreements.Count} of {trials.Length}:\n{string.Join('\n', disagreements.Take(20))}");
    }

    /// <summary>Tenants first, then the namespaces in every stored state, all before there is a guard.</summary>
    private static async Task<TableWire> PrepareAsync(ControlPlane plane, ImmutableArray<Trial> trials)
    {
        await Cast.CreateAsync(plane);
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tenant in World.Tenants)
        {
            uids[tenant] = await plane.CreateTenantAsync(tenant);
        }

        var wire = new TableWire(uids);
        var items = trials.Where(trial => trial.Write.Change.Stored is not null).Select(trial => wire.Stored(trial.Namespace, trial.Write.Change.Stored!));
        await plane.Admin.ApplyAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) }.ToJsonString());
        return wire;
    }

    private static async Task<Dictionary<string, JsonNode>> StoredAsync(ControlPlane plane) =>
        JsonNode.Parse(await plane.Admin.OkAsync("get", "namespaces", "-o", "json"))!["items"]!.AsArray().ToDictionary(ns => (string)ns!["metadata"]!["name"]!, ns => ns!, StringComparer.Ordinal);

    private static string? Disagreement(Trial trial, (int Code, string Body) answer, JsonNode? stored, TableWire wire)
    {
        var expected = trial.Expected;
        var result = stored is null ? "(none)" : wire.Read(stored).ToString();
        var wanted = expected.IsAllowed ? expected.Result.ToString() : trial.Write.Change.Stored?.ToString() ?? "(none)";
        var isRefusedByTheGuard = answer.Code == expected.Code && answer.Body.Contains("admissionguard.io", StringComparison.Ordinal);
        var isAsExpected = (expected.IsAllowed ? answer.Code is 200 or 201 : isRefusedByTheGuard && expected.Missing.All(need => Names(answer.Body, need)))
            && result == wanted
            && stored?["metadata"]!["deletionTimestamp"] is null;
        return isAsExpected ? null : $"{trial.Write} by {trial.Actor.Name}\n    table:  {expected}\n    stored: {result} after {answer.Code} {answer.Body[..Math.Min(300, answer.Body.Length)]}";
    }

    private static bool Names(string body, string need) =>
        need.Split(' ') is [var verb, var tenant] && body.Contains($"\\\"{verb}\\\" on tenants.capsule.clastix.io \\\"{tenant}\\\"", StringComparison.Ordinal);

    private sealed record Trial(string Namespace, Write Write, Actor Actor)
    {
        // The cast's alice has no verb.
        public string User => Actor.MayAdopt ? "mover" : "alice";

        /// <summary>What the last webhook asked says; sub-resources have the validator alone.</summary>
        public Expectation Expected
        {
            get
            {
                var situation = new Situation(Write.Change, Actor, new World(), Ways.SubResourceOf(Write.Way));
                return situation.SubResource.Length > 0 ? Oracle.Validate(situation) : Oracle.Mutate(situation);
            }
        }
    }
}
