using System.Net;
using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>The sub-resources carry labels and ownerReferences too, past any webhook that lists only <c>namespaces</c> (CVE-2026-30963).</summary>
public sealed class SubResourceTests(GuardedCluster cluster)
{
    [Theory]
    [InlineData("status", "label")]
    [InlineData("status", "reference")]
    [InlineData("status", "both")]
    [InlineData("finalize", "label")]
    [InlineData("finalize", "reference")]
    [InlineData("finalize", "both")]
    public async Task A_tenancy_can_not_change_through_a_sub_resource(string subResource, string what)
    {
        var scene = await cluster.SceneAsync();
        var changed = await NamespaceAsync(scene);
        if (what is "label" or "both")
        {
            changed["metadata"]!["labels"]![GuardedCluster.LabelKey] = scene.Gas;
        }

        if (what is "reference" or "both")
        {
            changed["metadata"]!["ownerReferences"]![0]!["name"] = scene.Gas;
            changed["metadata"]!["ownerReferences"]![0]!["uid"] = scene.GasUid;
        }

        var (code, body) = await PutAsync(scene, subResource, changed);

        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("validate.admissionguard.io", body, StringComparison.Ordinal);
        Assert.Contains($"kubectl label ns {scene.Namespace}", body, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("finalize")]
    public async Task All_else_passes_through_a_sub_resource(string subResource)
    {
        var scene = await cluster.SceneAsync();
        var changed = await NamespaceAsync(scene);
        changed["metadata"]!["annotations"]!["seen"] = subResource;

        var (code, body) = await PutAsync(scene, subResource, changed);

        Assert.True(code is HttpStatusCode.OK, body);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    private async Task<JsonObject> NamespaceAsync(Scene scene) =>
        JsonNode.Parse(await cluster.Plane.Admin.OkAsync("get", "ns", scene.Namespace, "-o", "json"))!.AsObject();

    private Task<(HttpStatusCode Code, string Body)> PutAsync(Scene scene, string subResource, JsonObject changed) =>
        cluster.Plane.SendAsync("mover", HttpMethod.Put, $"/api/v1/namespaces/{scene.Namespace}/{subResource}", "application/json", changed.ToJsonString());
}
