using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A roll-out on a running cluster: the file changes as kubelet changes it, and nothing is restarted.</summary>
public sealed class ReloadTests(BareCluster cluster) : IClassFixture<BareCluster>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_audit_to_enforce_and_a_bad_file_keeps_the_last_good_one()
    {
        var scene = await cluster.SceneAsync();
        var folder = Directory.CreateDirectory(Path.Combine(cluster.Plane.Folder, "config")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "config.yaml"), "..data/config.yaml");
        await MountAsync(folder, "one", "mode: audit");
        await using var guard = await Guard.StartAsync(
            cluster.Plane, Cancellation, settings: new GuardSettings { Arguments = ["--config", Path.Combine(folder, "config.yaml")] });

        // What enforce will refuse passes as it came: the label alone, which moves nothing.
        var audited = await MoveAsync(scene);
        Assert.Equal((0, ""), (audited.ExitCode, audited.Error));
        Assert.Equal($"{scene.Gas} | {scene.Oil}={scene.OilUid}", await scene.TenancyAsync());
        await scene.Alice.OkAsync("label", "ns", scene.Namespace, scene.OilLabel, "--overwrite");

        await MountAsync(folder, "two", "mode: enforce");
        await UntilReadyzAsync(guard, "[+]configuration ok", "admissionguard_configuration_generation 2");
        await RefusesAsync(scene);

        await MountAsync(folder, "three", "mode: audit\nrules: {reasonGven: off}");
        await UntilReadyzAsync(guard, "rules.reasonGven: unknown setting", "admissionguard_configuration_valid 0");
        await RefusesAsync(scene);

        await MountAsync(folder, "four", "mode: audit");
        await UntilReadyzAsync(guard, "[+]configuration ok", "admissionguard_configuration_generation 3");
        Assert.Equal(0, (await MoveAsync(scene)).ExitCode);
    }

    private static Task<CommandResult> MoveAsync(Scene scene) =>
        scene.Alice.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

    private static async Task RefusesAsync(Scene scene)
    {
        var refused = await MoveAsync(scene);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("alice may not move namespace", refused.Error, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    /// <summary>Writes a ConfigMap's folder as kubelet does: a new folder, and one rename of the link to it.</summary>
    private static async Task MountAsync(string folder, string version, string yaml)
    {
        Directory.CreateDirectory(Path.Combine(folder, version));
        await File.WriteAllTextAsync(Path.Combine(folder, version, "config.yaml"), yaml);
        Directory.CreateSymbolicLink(Path.Combine(folder, "..data_tmp"), version);
        (await new Command("mv", ["-T", Path.Combine(folder, "..data_tmp"), Path.Combine(folder, "..data")]).RunAsync(Cancellation)).Ok();
    }

    private static async Task UntilReadyzAsync(Guard guard, string words, string metric)
    {
        using var http = new HttpClient();
        await Poll.UntilAsync(
            $"readyz to say {words}",
            Limit,
            // GetStringAsync throws where the code is none of success.
            async () => (await http.GetStringAsync(new Uri(guard.Health, "readyz?verbose"))).Contains(words, StringComparison.Ordinal)
                && (await http.GetStringAsync(new Uri(guard.Health, "metrics")))
                    .Split('\n')
                    .Any(
                        line => line.StartsWith(metric.Split(' ')[0], StringComparison.Ordinal)
                            && line.Split(' ')[1] == metric.Split(' ')[1]),
            Cancellation);
    }
}
