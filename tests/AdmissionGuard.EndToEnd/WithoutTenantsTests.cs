using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A cluster on which Capsule's resources are not installed, or not yet.</summary>
public sealed class WithoutTenantsTests
{
    [Fact]
    public async Task Without_a_Tenant_resource_every_tenancy_request_is_retryable_and_all_else_passes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var plane = await ControlPlane.StartAsync(Console.Error.WriteLine, cancellation, withTenants: false);
        await using var guard = await Guard.StartAsync(plane, cancellation);
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(new Uri(guard.Health, "readyz"), cancellation));

        await plane.Admin.OkAsync("create", "namespace", "billing");
        await plane.Admin.OkAsync("label", "ns", "billing", "team=billing");
        var adopt = await plane.Admin.RunAsync("label", "ns", "billing", $"{GuardedCluster.LabelKey}=oil");

        Assert.NotEqual(0, adopt.ExitCode);
        Assert.Contains("(ServiceUnavailable)", adopt.Error, StringComparison.Ordinal);
        Assert.Contains("is its CRD installed?", adopt.Error, StringComparison.Ordinal);
        await plane.Admin.OkAsync("delete", "ns", "billing", "--timeout=2m");
    }
}
