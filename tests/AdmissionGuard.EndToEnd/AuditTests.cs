using System.Globalization;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>What the guard finds by itself on a real control plane, with the permissions of <c>deploy/</c> alone.</summary>
[Collection(nameof(BareCluster))]
public sealed class AuditTests(BareCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gets_ready_and_counts_the_namespaces_by_state()
    {
        var scene = await cluster.SceneAsync();
        await cluster.Plane.Admin.ApplyAsync(Scene.Manifest($"{scene.Namespace}-labelled", scene.GasLabel));
        await using var guard = await Guard.StartAsync(cluster.Plane, Cancellation);
        using var http = new HttpClient();

        await Poll.UntilAsync(
            "the audit to have counted them",
            TimeSpan.FromMinutes(1),
            async () => await http.GetStringAsync(new Uri(guard.Health, "metrics"), Cancellation) is var metrics
                && Count(metrics, "none") >= 4 && Count(metrics, "consistent") >= 1 && Count(metrics, "label-only") >= 1,
            Cancellation);

        Assert.Equal("ok", await http.GetStringAsync(new Uri(guard.Health, "readyz"), Cancellation));
    }

    private static int Count(string metrics, string state) => metrics.Split('\n')
        .Where(
            line => line.StartsWith("admissionguard_namespaces{", StringComparison.Ordinal)
                && line.Contains($"state=\"{state}\"", StringComparison.Ordinal))
        .Sum(
            line => int.Parse(
                line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
}
