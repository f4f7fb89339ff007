using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AdmissionGuard.DecisionTable;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// The decision table on a real control plane: every row in every way to write, by somebody who may and by somebody who may not.
/// </summary>
public sealed class DecisionTableEndToEndTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_API_server_stores_and_refuses_what_the_table_says()
    {
        ImmutableArray<Simulator> trials =
        [
            .. CoveringSample.Choose()
                .SelectMany(
                    (write, number) => new[] { "mover", "nobody" }.Select(
                        actor => new Simulator($"table-{number}-{actor}", write, Actor.Named(actor)))),
        ];
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation);
        var dto = await PrepareAsync(plane, trials);
        await using var guard = await Guard.StartAsync(plane, Cancellation);

        var answers = new ConcurrentDictionary<string, (int Code, string Body)>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(trials, new ParallelOptions
        {
            MaxDegreeOfParallelism = 4,
            CancellationToken = Cancellation,
        }, async (simulator, _) =>
        {
            var (method, path, contentType) = ConditionsTable.RequestOf(simulator.Write.Way, simulator.Namespace);
            var (code, body) = await plane.SendAsync(
                simulator.User, method, path, contentType, dto.BodyOf(simulator.Write, simulator.Namespace).ToJsonString());
            answers[simulator.Namespace] = ((int)code, body);
        });

        var stored = await StoredAsync(plane);
        var disagreements = trials.Select(
            simulator => Disagreement(
                simulator, answers[simulator.Namespace], stored.GetValueOrDefault(simulator.Namespace), dto)).OfType<string>().ToList();
        output.WriteLine(
            $"{trials.Length} requests of {trials.Length / 2} writes; can't be written: {string.Join(", ", CoveringSample.Unreachable())}");
        Assert.True(disagreements is [], $"{disagreements.Count} of {trials.Length}:\n{string.Join('\n', disagreements.Take(20))}");
    }

    /// <summary>Tenants first, then the namespaces in every stored state, all before there is a guard.</summary>
    private static async Task<ConditionsTable> PrepareAsync(ControlPlane plane, ImmutableArray<Simulator> trials)
    {
        await TestUsers.CreateAsync(plane);
        var uids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tenant in World.Tenants)
        {
            uids[tenant] = await plane.CreateTenantAsync(tenant);
        }

        var dto = new ConditionsTable(uids);
        var items = trials.Where(simulator => simulator.Write.Change.Stored is not null)
            .Select(simulator => dto.Stored(simulator.Namespace, simulator.Write.Change.Stored!));
        await plane.Admin.ApplyAsync(
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items]) }.ToJsonString());
        return dto;
    }

    private static async Task<Dictionary<string, JsonNode>> StoredAsync(ControlPlane plane) =>
        JsonNode.Parse(await plane.Admin.OkAsync("get", "namespaces", "-o", "json"))!["items"]!
            .AsArray()
            .ToDictionary(ns => (string)ns!["metadata"]!["name"]!, ns => ns!, StringComparer.Ordinal);

    private static string? Disagreement(Simulator simulator, (int Code, string Body) answer, JsonNode? stored, ConditionsTable dto)
    {
        var expected = simulator.Expected;
        var result = stored is null ? "(none)" : dto.Read(stored).ToString();
        var wanted = expected.IsAllowed ? expected.Result.ToString() : simulator.Write.Change.Stored?.ToString() ?? "(none)";
        var isRefusedByTheGuard = answer.Code == expected.Code && answer.Body.Contains("admissionguard.io", StringComparison.Ordinal);
        var isAsExpected = (expected.IsAllowed
            ? answer.Code is 200 or 201
            : isRefusedByTheGuard && expected.Missing.All(need => Names(answer.Body, need)))
            && result == wanted
            && stored?["metadata"]!["deletionTimestamp"] is null;
        return isAsExpected
            ? null
            : $"{simulator.Write} by {simulator.Actor.Name}\n    table:  {expected}\n    stored: {result} after {answer.Code} {answer.Body[..Math.Min(300, answer.Body.Length)]}";
    }

    private static bool Names(string body, string need) =>
        need.Split(' ') is [var verb, var tenant]
            && body.Contains($"\\\"{verb}\\\" on tenants.capsule.clastix.io \\\"{tenant}\\\"", StringComparison.Ordinal);

    private sealed record Simulator(string Namespace, Write Write, Actor Actor)
    {
        // The cast's alice has no verb.
        public string User => Actor.MayAdopt ? "mover" : "alice";

        /// <summary>What the last webhook asked says; subresources have the validator alone.</summary>
        public Expectation Expected
        {
            get
            {
                var state = new Situation(Write.Change, Actor, new World(), Ways.SubResourceOf(Write.Way));
                return state.SubResource.Length > 0 ? Oracle.Validate(state) : Oracle.Mutate(state);
            }
        }
    }
}
