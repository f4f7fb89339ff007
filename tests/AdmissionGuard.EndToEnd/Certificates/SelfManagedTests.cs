using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Certificates;

/// <summary>Certificates that the guard makes, renews and publishes itself, on a real control plane that trusts nothing else.</summary>
[Collection(nameof(BareCluster))]
public sealed class SelfManagedTests(BareCluster cluster)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_replicas_live_through_a_change_of_authority_and_the_leader_s_death_and_no_write_fails()
    {
        var scene = await cluster.SceneAsync();
        await using var guards = await SelfManagedCluster.StartAsync(
            cluster.Plane, 2, Cancellation, "--certificate-life", "30s", "--authority-life", "60s");
        var leader = await guards.LeaderAsync(Cancellation);
        var other = guards.Guards.Single(guard => guard != leader);

        // Registered after the certificates were made, at the one that does not lead: it serves what the leader made.
        await UntilReadyAsync(guards, other);
        await guards.RegisterAsync(other.Reviews);
        await Poll.UntilAsync(
            "the authority to be published",
            Limit,
            async () => (await guards.BundlesAsync()).Own.All(bundle => bundle.Length > 0),
            Cancellation);
        await Poll.UntilAsync(
            "the guard to answer",
            Limit,
            async () => (await MoveAsync(scene)).Contains("alice may not move namespace", StringComparison.Ordinal),
            Cancellation);
        var first = await guards.SecretAsync();
        Assert.Equal("kept", first.Label);

        using var history = new SecretHistory(cluster.Plane);
        using var ended = new CancellationTokenSource();
        var writing = WriteAsync(scene, ended.Token);
        await Poll.UntilAsync(
            "a whole change of authority",
            Limit,
            async () => await guards.SecretAsync() is { Authorities: [var now] } && now != first.Authorities[0],
            Cancellation);

        await leader.KillAsync();
        var atDeath = await guards.SecretAsync();
        Assert.Same(other, await guards.LeaderAsync(Cancellation, leader));
        await Poll.UntilAsync(
            "the new leader to renew the certificate", Limit, async () => (await guards.SecretAsync()).Leaf != atDeath.Leaf, Cancellation);

        await ended.CancelAsync();
        var (written, failed) = await writing;
        Assert.Empty(failed);
        Assert.True(written > 100, $"{written} writes");
        Assert.Contains("alice may not move namespace", await MoveAsync(scene), StringComparison.Ordinal);
        history.NeverBothAtOnce();
        var others = (await guards.BundlesAsync()).Others;
        Assert.NotEmpty(others);
        Assert.All(others, bundle => Assert.Equal(SelfManagedCluster.ForeignBundle, bundle));
    }

    [Fact]
    public async Task Only_the_leader_writes_and_on_a_clean_stop_the_next_one_leads_at_once()
    {
        await using var guards = await SelfManagedCluster.StartAsync(cluster.Plane, 2, Cancellation);
        var leader = await guards.LeaderAsync(Cancellation);
        var other = guards.Guards.Single(guard => guard != leader);
        await UntilReadyAsync(guards, other);
        await guards.RegisterAsync(other.Reviews);
        await Poll.UntilAsync(
            "the authority to be published",
            Limit,
            async () => (await guards.BundlesAsync()).Own.All(bundle => bundle.Length > 0),
            Cancellation);

        Assert.Equal(
            2, await SelfManagedCluster.FigureAsync(leader, "admissionguard_api_call_duration_seconds_count", "call=\"patch-webhooks\""));
        Assert.Equal(
            0, await SelfManagedCluster.FigureAsync(other, "admissionguard_api_call_duration_seconds_count", "call=\"patch-webhooks\""));
        Assert.Equal(
            0, await SelfManagedCluster.FigureAsync(other, "admissionguard_api_call_duration_seconds_count", "call=\"update-secret\""));
        Assert.Equal(0, await SelfManagedCluster.FigureAsync(other, "admissionguard_leader"));

        await leader.StopAsync();
        var lease = JsonNode.Parse(
            await cluster.Plane.Admin.OkAsync("-n", "admissionguard-system", "get", "lease", "admissionguard", "-o", "json"))!["spec"]!;
        Assert.True(lease["holderIdentity"] is null || (int)lease["leaseTransitions"]! > 0, lease.ToJsonString());
        Assert.Same(other, await guards.LeaderAsync(Cancellation, leader));
    }

    [Fact]
    public async Task A_Secret_that_somebody_emptied_is_made_whole_while_the_guard_goes_on_answering()
    {
        var scene = await cluster.SceneAsync();
        await using var guards = await SelfManagedCluster.StartAsync(
            cluster.Plane, 1, Cancellation, "--certificate-life", "100s", "--authority-life", "200s");
        var guard = await guards.LeaderAsync(Cancellation);
        await UntilReadyAsync(guards, guard);
        await guards.RegisterAsync(guard.Reviews);
        await Poll.UntilAsync(
            "the guard to answer",
            Limit,
            async () => (await MoveAsync(scene)).Contains("alice may not move namespace", StringComparison.Ordinal),
            Cancellation);
        var before = await guards.SecretAsync();

        using var ended = new CancellationTokenSource();
        var writing = WriteAsync(scene, ended.Token);
        await cluster.Plane.Admin.OkAsync(
            "-n",
            "admissionguard-system",
            "patch",
            "secret",
            "admissionguard-tls",
            "--type=json",
            "-p",
            """[{"op":"remove","path":"/data"}]""");
        await Poll.UntilAsync(
            "another authority alone",
            Limit,
            async () => await guards.SecretAsync() is { Authorities: [var now] } && now != before.Authorities[0],
            Cancellation);

        await ended.CancelAsync();
        var (_, failed) = await writing;
        Assert.Empty(failed);
    }

    [Fact]
    public async Task Without_its_Secret_the_guard_waits_unready_says_for_what_and_then_fills_it()
    {
        await using var guards = await SelfManagedCluster.StartAsync(cluster.Plane, 0, Cancellation);
        await guards.DeleteSecretAsync();
        var guard = await guards.AddAsync(Cancellation);

        await Poll.UntilAsync(
            "the guard to miss its Secret",
            Limit,
            async () => await guards.ReadyAsync(guard) is var ready && ready.StartsWith("503", StringComparison.Ordinal)
                && ready.Contains("Secret admissionguard-system/admissionguard-tls does not exist: create it empty", StringComparison.Ordinal),
            Cancellation);
        using var http = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(guard.Reviews, Cancellation));

        await guards.ApplyAsync();
        await UntilReadyAsync(guards, guard);
        using var answer = await http.GetAsync(guard.Reviews, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task UntilReadyAsync(SelfManagedCluster guards, GuardProcess guard) =>
        Poll.UntilAsync(
            "the guard to be ready",
            Limit,
            async () => (await guards.ReadyAsync(guard)).StartsWith("200", StringComparison.Ordinal),
            Cancellation);

    private static async Task<string> MoveAsync(Scene scene) =>
        (await scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite")).Error;

    /// <summary>Writes a namespace again and again, each time past both webhooks.</summary>
    private async Task<(int Written, ConcurrentBag<string> Failed)> WriteAsync(Scene scene, CancellationToken ended)
    {
        using var api = new ApiClient(cluster.Plane.Admin);
        var failed = new ConcurrentBag<string>();
        var written = 0;
        for (; !ended.IsCancellationRequested; written++)
        {
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["written"] = $"{written}" } },
            };
            var answer = await api.SendAsync(HttpMethod.Patch, $"/api/v1/namespaces/{scene.Namespace}", patch, ApiClient.MergePatch);
            if (!answer.IsOk)
            {
                failed.Add($"write {written}: {answer.Message}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }

        return (written, failed);
    }
}
