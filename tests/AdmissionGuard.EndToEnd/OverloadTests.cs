using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A burst over the limit of lookups: the guard sends reviews back, and the API server sends them again.</summary>
[Collection(nameof(BareCluster))]
public sealed class OverloadTests(BareCluster cluster)
{
    private const int Burst = 4;
    private const int MostBursts = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_write_of_a_short_burst_fails_because_the_API_server_sends_what_was_told_429_again()
    {
        var scene = await cluster.SceneAsync();
        var names = Enumerable.Range(0, Burst).Select(each => $"{scene.Namespace}-{each}").ToArray();
        foreach (var name in names)
        {
            await cluster.Plane.Admin.ApplyAsync(Scene.Manifest(name, scene.OilLabel, Scene.Reference(scene.Oil, scene.OilUid)));
        }

        await using var guard = await Guard.StartAsync(
            cluster.Plane, Cancellation, settings: new GuardSettings { Arguments = ["--max-lookups", "1"] });
        using var mover = new ApiClient(scene.Mover);
        var (answers, shed, target) = (new List<ApiAnswer>(), 0, scene.Oil);
        // Whether two lookups of a burst meet is chance: until some did.
        for (var burst = 0; burst < MostBursts && shed == 0; burst++)
        {
            target = target == scene.Oil ? scene.Gas : scene.Oil;
            answers.AddRange(await Task.WhenAll(names.Select(name => mover.SendAsync(
                HttpMethod.Patch,
                $"api/v1/namespaces/{name}",
                new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = target } } },
                ApiClient.MergePatch))));
            shed = await ShedAsync(guard);
        }

        Assert.True(shed > 0, "no two lookups met");
        Assert.All(answers, answer => Assert.True(answer.IsOk, answer.Text));
        foreach (var name in names)
        {
            Assert.Equal(target == scene.Gas ? scene.InGas : scene.InOil, await scene.TenancyAsync(name));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{answers.Count} writes, {shed} reviews told 429");
    }

    private static async Task<int> ShedAsync(Guard guard)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(guard.Health, "metrics"), Cancellation);
        return metrics.Split('\n').Where(line => line.StartsWith("admissionguard_reviews_shed_total{", StringComparison.Ordinal))
            .Sum(
                line => int.Parse(
                    line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
                    System.Globalization.CultureInfo.InvariantCulture));
    }
}
