using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Three guards behind a real load balancer, and a cluster that goes on writing meanwhile.</summary>
[Collection(typeof(Alone))]
public sealed class HighAvailabilityTests(BareCluster cluster) : IDisposable
{
    // Of each stage so many writes must be over before the next begins: two seconds of the traffic.
    private const int AWhile = 100;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admissionguard-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rolling_restart_fails_no_request()
    {
        await using var fleet = await FleetAsync();
        await using var traffic = await TrafficAsync("roll-a", "roll-b");

        for (var which = 0; which < fleet.Count; which++)
        {
            await traffic.PassAsync(AWhile, Cancellation);
            await fleet.StopAsync(which);
            await fleet.StartAsync(which, Cancellation);
        }

        await traffic.PassAsync(AWhile, Cancellation);
        await traffic.EndAsync();
        Tell("rolling restart", traffic);
        Assert.Empty(traffic.Failed);
    }

    [Fact]
    public async Task After_a_SIGKILL_of_one_only_what_was_in_flight_on_it_fails()
    {
        await using var fleet = await FleetAsync();
        await using var traffic = await TrafficAsync("kill-a", "kill-b");
        await traffic.PassAsync(AWhile, Cancellation);

        await fleet.KillAsync(1);
        var gone = TimeProvider.System.GetTimestamp();
        await traffic.PassAsync(2 * AWhile, Cancellation);

        await traffic.EndAsync();
        Tell("SIGKILL", traffic);
        Assert.All(traffic.Failed, write => Assert.True(write.Began <= gone, $"{write.What}: {write.Words}"));
    }

    [Fact]
    public async Task A_renewed_certificate_and_a_new_authority_fail_no_request()
    {
        await using var fleet = await FleetAsync();
        await using var traffic = await TrafficAsync("cert-a", "cert-b");
        var first = await fleet.ServedAsync();
        await traffic.PassAsync(AWhile, Cancellation);

        await ShellAsync($"certs-scripts/make-certs.sh --dir {fleet.Certificates} --renew");
        var second = await fleet.ServesAnotherAsync(first, Cancellation);
        await traffic.PassAsync(AWhile, Cancellation);

        // As deploy/docs/certificates.md has it: both authorities, then the new certificate, then the new authority alone.
        await ShellAsync($"""
            certs-scripts/make-certs.sh --dir {_folder.FullName}/new
            cat {fleet.Certificates}/ca.crt {_folder.FullName}/new/ca.crt >{_folder.FullName}/both.crt
            certs-scripts/set-ca-bundle.sh --ca {_folder.FullName}/both.crt --live
            """);
        await traffic.PassAsync(AWhile, Cancellation);
        await ShellAsync($"cp {_folder.FullName}/new/tls.crt {_folder.FullName}/new/tls.key {fleet.Certificates}/");
        await fleet.ServesAnotherAsync(second, Cancellation);
        await ShellAsync($"certs-scripts/set-ca-bundle.sh --ca {_folder.FullName}/new/ca.crt --live");
        await traffic.PassAsync(2 * AWhile, Cancellation);

        await traffic.EndAsync();
        Tell("certificates", traffic);
        Assert.Empty(traffic.Failed);
    }

    [Fact]
    public async Task A_reload_of_the_configuration_fails_no_request()
    {
        var file = Path.Combine(_folder.FullName, "config.yaml");
        await File.WriteAllTextAsync(file, "rules: {reasonGiven: off}", Cancellation);
        await using var fleet = await FleetAsync("--config", file);
        await using var traffic = await TrafficAsync("conf-a", "conf-b");
        await traffic.PassAsync(AWhile, Cancellation);

        await File.WriteAllTextAsync(file, "rules: {reasonGiven: warn}", Cancellation);
        await Poll.UntilAsync(
            "every guard to take the new configuration up",
            TimeSpan.FromMinutes(1),
            async () => (await fleet.MetricAsync("admissionguard_configuration_generation")).All(generation => generation == "2"),
            Cancellation);
        await traffic.PassAsync(AWhile, Cancellation);

        await traffic.EndAsync();
        Tell("configuration", traffic);
        Assert.Empty(traffic.Failed);
    }

    [Fact]
    public async Task While_all_are_gone_no_change_of_tenancy_gets_through()
    {
        await using var fleet = await FleetAsync();
        await TenantsAsync("gone-a", "gone-b");
        using var mover = new ApiClient(cluster.Plane.KubectlAs("mover"));
        (await mover.SendAsync(HttpMethod.Post, "/api/v1/namespaces", Storm.New("left-alone", "gone-a"))).Ok();
        var before = Scene.TenancyOf(await MetadataAsync(mover));

        await Task.WhenAll(Enumerable.Range(0, fleet.Count).Select(fleet.StopAsync));

        (string Path, JsonObject Metadata)[] changes =
        [
            ("", new() { ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = "gone-b" } }),
            ("", new() { ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = null } }),
            ("", new() { ["ownerReferences"] = null }),
            ("", new() { ["ownerReferences"] = new JsonArray(Storm.Reference("gone-b", Guid.NewGuid().ToString())) }),
            ("/status", new() { ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = "gone-b" } }),
        ];
        foreach (var (path, metadata) in changes)
        {
            var answer = await mover.SendAsync(
                HttpMethod.Patch, $"/api/v1/namespaces/left-alone{path}", new JsonObject { ["metadata"] = metadata }, ApiClient.MergePatch);
            Assert.Contains("failed calling webhook \"validate.admissionguard.io\"", answer.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Scene.TenancyOf(await MetadataAsync(mover)));
        // Where the API server knows matchConditions, it asks nobody about an edit that leaves tenancy alone.
        var edit = await mover.SendAsync(
            HttpMethod.Patch,
            "/api/v1/namespaces/left-alone",
            JsonNode.Parse("""{"metadata":{"annotations":{"example.com/team":"blue"}}}"""),
            ApiClient.MergePatch);
        Assert.Equal(cluster.Plane.Version >= Registration.MatchConditionsSince, edit.IsOk);
    }

    private static async Task<JsonObject> MetadataAsync(ApiClient client) =>
        (await client.SendAsync(HttpMethod.Get, "/api/v1/namespaces/left-alone")).Ok()["metadata"]!.AsObject();

    private async Task TenantsAsync(params string[] tenants)
    {
        foreach (var tenant in tenants)
        {
            await cluster.Plane.CreateTenantAsync(tenant);
        }
    }

    private async Task ShellAsync(string lines) => (await cluster.Plane.Admin.ShellAsync(Repository.Root, lines)).Ok();

    private Task<GuardReplicas> FleetAsync(params string[] arguments) =>
        GuardReplicas.StartAsync(cluster.Plane, 3, ["--drain", "3s", .. arguments], Cancellation);

    private async Task<Traffic> TrafficAsync(params string[] tenants)
    {
        await TenantsAsync(tenants);
        return await Traffic.StartAsync(cluster.Plane, [.. tenants]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Tell(string what, Traffic traffic) => Console.Error.WriteLine(
        $"{what}: {string.Join(", ", traffic.Writes.GroupBy(write => write.What, StringComparer.Ordinal).Select(group => $"{group.Count()} × {group.Key}"))}; {traffic.Failed.Count()} failed {traffic.Failed.FirstOrDefault()?.Words}");
}
