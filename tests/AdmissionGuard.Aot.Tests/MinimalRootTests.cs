using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// The binary with what the image holds: its base's libraries, and what the Dockerfile adds. Nothing else is there to lean on.
/// </summary>
public sealed class MinimalRootTests(NativeBinary binary)
{
    private const string Configuration = """
        maintenanceWindows:
          - 0 22 * * FRI for 4h in Europe/Berlin
          - 0 22 * * FRI for 4h in America/Argentina/Buenos_Aires
        """;

    private const string Kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: nobody
        contexts: [{name: nobody, context: {cluster: nobody, user: nobody}}]
        clusters: [{name: nobody, cluster: {server: "https://127.0.0.1:9"}}]
        users: [{name: nobody, user: {token: none}}]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Time_zones_resolve_in_the_image_because_the_Dockerfile_brings_them()
    {
        using var container = await Container.OfAsync(binary.Image);
        await container.MountAsync("/config.yaml", Configuration);
        var complete = await container.RunAsync("/admissionguard", "serve", "--config", "/config.yaml");
        container.Remove("/usr/share/zoneinfo");
        var bare = await container.RunAsync("/admissionguard", "serve", "--config", "/config.yaml");

        Assert.Equal(2, bare.ExitCode);
        Assert.Contains("/config.yaml:2: maintenanceWindows[0]: ", bare.Error, StringComparison.Ordinal);
        Assert.Contains("\"Europe/Berlin\" is not a known IANA time zone", bare.Error, StringComparison.Ordinal);
        // With the configuration read, the next thing that is not there is complained of.
        Assert.Equal(2, complete.ExitCode);
        Assert.DoesNotContain("time zone", complete.Error, StringComparison.Ordinal);
        Assert.Contains("the serving certificate", complete.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_serves_as_its_user_without_any_right_on_a_read_only_root_file_system()
    {
        using var container = await Container.OfAsync(binary.Image);
        await container.MountAsync("/etc/admissionguard/kubeconfig", Kubeconfig);
        await MountCertificateAsync(container);
        await using var guard = await GuardProcess.StartAsync(
            container.CommandLine(
                "/admissionguard", "serve", "--kubeconfig", "/etc/admissionguard/kubeconfig",
                "--tls-cert", "/etc/admissionguard/tls.crt", "--tls-key", "/etc/admissionguard/tls.key"),
            container.LogFile,
            Cancellation);

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(guard.Health, "/metrics"), Cancellation);
        var pid = await File.ReadLinesAsync(container.LogFile, Cancellation)
            .FirstAsync(line => line.StartsWith("pid ", StringComparison.Ordinal), Cancellation);
        var process = $"/proc/{pid["pid ".Length..]}";
        var status = await File.ReadAllLinesAsync($"{process}/status", Cancellation);
        var mounts = await File.ReadAllLinesAsync($"{process}/mounts", Cancellation);

        Assert.All(
            ["admissionguard_connections", "process_cpu_seconds_total", "process_resident_memory_bytes", "dotnet_gc_collections_total"],
            name => Assert.Contains($"\n{name}{{", metrics, StringComparison.Ordinal));
        Assert.Contains("Name:\tadmissionguard", status);
        Assert.Contains("Uid:\t1654\t1654\t1654\t1654", status);
        Assert.Contains("Gid:\t1654\t1654\t1654\t1654", status);
        Assert.Contains("Groups:\t ", status);
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.Contains("CapPrm:\t0000000000000000", status);
        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains(
            mounts, line => line.Split(' ') is [_, "/", _, var options, ..] && options.Split(',').Contains("ro", StringComparer.Ordinal));
    }

    private static async Task MountCertificateAsync(Container container)
    {
        var folder = Directory.CreateTempSubdirectory("admissionguard-certs-");
        try
        {
            (await new Command(Repository.File("certs-scripts", "make-certs.sh"), ["--dir", folder.FullName]).RunAsync(Cancellation)).Ok();
            foreach (var name in new[] { "tls.crt", "tls.key" })
            {
                await container.MountAsync(
                    $"/etc/admissionguard/{name}", await File.ReadAllTextAsync(Path.Combine(folder.FullName, name), Cancellation));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
