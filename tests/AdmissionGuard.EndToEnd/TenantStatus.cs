using System.Net;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>A Tenant's status, written as Capsule's controller writes it.</summary>
internal static class TenantStatus
{
    public static async Task SetAsync(ControlPlane plane, string tenant, string status)
    {
        var (code, body) = await plane.SendAsync(
            "admin",
            HttpMethod.Patch,
            $"/apis/capsule.clastix.io/v1beta2/tenants/{tenant}/status",
            ApiClient.MergePatch,
            $$"""{"status":{{status}}}""",
            "system:masters");
        Assert.True(code is HttpStatusCode.OK, body);
    }
}
