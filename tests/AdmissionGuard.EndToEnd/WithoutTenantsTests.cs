using System.Net;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A cluster whose Tenant resource was deleted, or is not installed yet.</summary>
public sealed class WithoutTenantsTests
{
    private const string Unserved =
        "the API server does not serve tenants.capsule.clastix.io v1beta2; install its CustomResourceDefinition first";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_the_CRD_was_deleted_namespaces_can_be_released_and_every_other_way_is_refused_for_good()
    {
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, Cancellation);
        await TestUsers.CreateAsync(plane);
        var (first, second) = (await Scene.CreateAsync(plane, "first"), await Scene.CreateAsync(plane, "second"));
        await DeleteTheResourceAsync(plane);
        await using var guard = await Guard.StartAsync(plane, Cancellation);
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(new Uri(guard.Health, "readyz"), Cancellation));

        // What the guard tells this from: the API server's own words are those of any proxy.
        var tenant = $"/apis/capsule.clastix.io/v1beta2/tenants/{first.Oil}";
        var (code, body) = await plane.SendAsync("mover", HttpMethod.Get, tenant, "application/json", "");
        Assert.Equal((HttpStatusCode.NotFound, "404 page not found\n"), (code, body));

        var move = await first.Mover.RunAsync("label", "ns", first.Namespace, first.GasLabel, "--overwrite");
        var creation = await plane.Admin.WithInputAsync(Scene.Manifest("new", first.GasLabel), "create", "-f", "-");
        foreach (var refused in new[] { move, creation })
        {
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains(Unserved, refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("try again in a second", refused.Error, StringComparison.Ordinal);
        }

        var stranger = await first.Alice.RunAsync("label", "ns", first.Namespace, $"{GuardedCluster.LabelKey}-");
        Assert.Contains($"needs \"release\" on tenants.capsule.clastix.io \"{first.Oil}\"", stranger.Error, StringComparison.Ordinal);
        await first.Alice.OkAsync("label", "ns", first.Namespace, "team=other", "--overwrite");
        Assert.Equal(first.InOil, await first.TenancyAsync());

        await first.Mover.OkAsync("label", "ns", first.Namespace, $"{GuardedCluster.LabelKey}-");
        await second.Mover.OkAsync("patch", "ns", second.Namespace, "--type=merge", "-p", """{"metadata":{"ownerReferences":null}}""");
        Assert.Equal((Scene.InNone, Scene.InNone), (await first.TenancyAsync(), await second.TenancyAsync()));
        await plane.Admin.OkAsync("delete", "ns", second.Namespace, "--timeout=2m");

        // It is a state of the cluster, and ends with it.
        await plane.InstallTenantsAsync(Cancellation);
        var uid = await plane.CreateTenantAsync(first.Gas);
        await first.Mover.OkAsync("label", "ns", first.Namespace, first.GasLabel);
        Assert.Equal($"{first.Gas} | {first.Gas}={uid}", await first.TenancyAsync());
    }

    /// <summary>
    /// Deletes the CustomResourceDefinition, and every tenant with it; without its permissions the garbage collector destroys no
    /// namespace for that.
    /// </summary>
    private static async Task DeleteTheResourceAsync(ControlPlane plane)
    {
        await plane.Admin.OkAsync("delete", "clusterrolebinding", "system:controller:generic-garbage-collector");
        await plane.Admin.OkAsync("delete", "crd", "tenants.capsule.clastix.io", "--timeout=2m");
        await Poll.UntilAsync(
            "the resource's end",
            TimeSpan.FromMinutes(1),
            async () => !(await plane.Admin.OkAsync("get", "--raw", "/apis")).Contains("capsule.clastix.io", StringComparison.Ordinal),
            Cancellation);
    }
}
