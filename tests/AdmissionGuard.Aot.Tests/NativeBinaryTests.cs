using AdmissionGuard.TestCluster;

namespace AdmissionGuard.Aot.Tests;

/// <summary>
/// Native AOT takes away what only reflection reaches, and no analyzer sees all of that: the binary itself must do the work.
/// </summary>
public sealed class NativeBinaryTests(NativeBinary binary)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_native_binary_is_published_without_a_warning_of_ours_and_migrates_a_namespace()
    {
        // KubernetesClient's and YamlDotNet's own warnings come rolled up, one line an assembly; ours would name a file of ours.
        Assert.DoesNotContain(
            binary.Output.Split('\n'),
            line => line.Split(": warning ") is [var where, _] && where.Contains("AdmissionGuard", StringComparison.Ordinal));
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation);
        await TestUsers.CreateAsync(plane);
        await plane.CreateTenantAsync("oil");
        var uid = await plane.CreateTenantAsync("gas");
        await using var guard = await Guard.StartAsync(plane, Cancellation, program: binary.File, settings: new GuardSettings
        {
            // The whole configuration, read without reflection.
            Arguments = [
                "--config", Repository.File("deploy", "config.yaml"), "--set", "maintenanceWindows=0 0 * * * for 25h in Europe/Berlin"
            ],
        });
        await plane.Admin.ApplyAsync("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: billing, labels: {capsule.clastix.io/tenant: oil}}
            """);

        var move = await plane.KubectlAs("mover").RunAsync("label", "ns", "billing", "capsule.clastix.io/tenant=gas", "--overwrite");
        var plan = await new Command(
            binary.File,
            ["plan", "billing", "--to", "oil", "--as", "alice", "--kubeconfig", plane.Admin.Kubeconfig, "-o", "json"]).RunAsync(
                Cancellation);
        var refusal = await plane.KubectlAs("alice").RunAsync("label", "ns", "billing", "capsule.clastix.io/tenant=oil", "--overwrite");

        Assert.Equal(
            $"Warning: AdmissionGuard: billing may move from tenant oil to gas; ownerReference set to gas (uid {uid[..8]}-…)\n",
            move.Error);
        Assert.Equal(uid, await plane.Admin.OkAsync("get", "ns", "billing", "-o", "jsonpath={.metadata.ownerReferences[*].uid}"));
        Assert.Contains("alice may not move namespace billing from tenant gas to oil", refusal.Error, StringComparison.Ordinal);
        Assert.Contains(
            "\"message\": \"alice may not move namespace billing from tenant gas to oil", plan.Output, StringComparison.Ordinal);
        Assert.True(await guard.CallsAsync() > 0, "the metrics are there");
        Assert.Contains("\"Outcome\":\"allowed\",\"Code\":200,\"Uid\":\"", guard.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_native_binary_decides_every_case_as_expected()
    {
        var cases = await new Command(binary.File, ["check", Repository.File("tests", "cases")]).RunAsync(Cancellation);
        var request = await new Command(
            binary.File,
            ["check", "--new", Repository.File("tests", "check-session", "wanted.yaml"), "--as", "bob", "-o", "json"]).RunAsync(
                Cancellation);

        Assert.True(cases.ExitCode == 0, cases.Output + cases.Error);
        Assert.Contains("\"verdict\": \"deny\"", request.Output, StringComparison.Ordinal);
    }
}
