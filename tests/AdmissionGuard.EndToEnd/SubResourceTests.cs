using System.Net;
using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// The subresources carry labels and ownerReferences too, past any webhook that lists only <c>namespaces</c> (CVE-2026-30963).
/// </summary>
public sealed class SubResourceTests(GuardedCluster cluster)
{
    [Theory]
    [InlineData("status", "label")]
    [InlineData("status", "reference")]
    [InlineData("status", "both")]
    [InlineData("status", "release")]
    [InlineData("finalize", "label")]
    [InlineData("finalize", "reference")]
    [InlineData("finalize", "both")]
    [InlineData("finalize", "release")]
    public async Task A_tenancy_can_not_change_through_a_sub_resource(string subResource, string what)
    {
        var scene = await cluster.SceneAsync();
        var changed = await NamespaceAsync(scene);
        Change(changed, scene, what);

        var (code, body) = await PutAsync(scene, subResource, changed);

        await RefusedAsync(scene, code, body);
    }

    [Theory]
    [InlineData("application/merge-patch+json", "label")]
    [InlineData("application/merge-patch+json", "reference")]
    [InlineData("application/merge-patch+json", "both")]
    [InlineData("application/merge-patch+json", "release")]
    [InlineData("application/strategic-merge-patch+json", "label")]
    [InlineData("application/strategic-merge-patch+json", "both")]
    [InlineData("application/apply-patch+yaml", "label")]
    [InlineData("application/apply-patch+yaml", "both")]
    public async Task A_tenancy_can_not_change_through_a_patch_of_the_status(string contentType, string what)
    {
        var scene = await cluster.SceneAsync();

        var (code, body) = await PatchAsync(scene, "status", contentType, PatchOf(scene, what));

        await RefusedAsync(scene, code, body);
    }

    [Fact]
    public async Task Finalize_takes_no_patch_from_anybody()
    {
        var scene = await cluster.SceneAsync();

        var (code, body) = await PatchAsync(scene, "finalize", "application/merge-patch+json", PatchOf(scene, "both"));

        Assert.True(code is HttpStatusCode.MethodNotAllowed, body);
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

    private static void Change(JsonObject changed, Scene scene, string what)
    {
        var metadata = changed["metadata"]!;
        switch (what)
        {
            case "release":
                metadata["labels"]!.AsObject().Remove(GuardedCluster.LabelKey);
                metadata.AsObject().Remove("ownerReferences");
                return;
            case "label" or "both":
                metadata["labels"]![GuardedCluster.LabelKey] = scene.Gas;
                break;
        }

        if (what is "reference" or "both")
        {
            metadata["ownerReferences"]![0]!["name"] = scene.Gas;
            metadata["ownerReferences"]![0]!["uid"] = scene.GasUid;
        }
    }

    /// <summary>A patch of any type; what it says not, it leaves as it was.</summary>
    private static string PatchOf(Scene scene, string what)
    {
        var metadata = new JsonObject { ["name"] = scene.Namespace };
        if (what is not "reference")
        {
            metadata["labels"] = new JsonObject { [GuardedCluster.LabelKey] = what is "release" ? null : scene.Gas };
        }

        if (what is not "label")
        {
            metadata["ownerReferences"] = what is "release" ? null : new JsonArray(new JsonObject
            {
                ["apiVersion"] = "capsule.clastix.io/v1beta2", ["kind"] = "Tenant", ["name"] = scene.Gas, ["uid"] = scene.GasUid,
            });
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata }.ToJsonString();
    }

    private static async Task RefusedAsync(Scene scene, HttpStatusCode code, string body)
    {
        Assert.True(code is HttpStatusCode.Forbidden, body);
        Assert.Contains("validate.admissionguard.io", body, StringComparison.Ordinal);
        Assert.Contains($"kubectl label ns {scene.Namespace}", body, StringComparison.Ordinal);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    private async Task<JsonObject> NamespaceAsync(Scene scene) =>
        JsonNode.Parse(await cluster.Plane.Admin.OkAsync("get", "ns", scene.Namespace, "-o", "json"))!.AsObject();

    private Task<(HttpStatusCode Code, string Body)> PutAsync(Scene scene, string subResource, JsonObject changed) =>
        cluster.Plane.SendAsync(
            "mover", HttpMethod.Put, $"/api/v1/namespaces/{scene.Namespace}/{subResource}", "application/json", changed.ToJsonString());

    // An apply has an owner of its fields; the other patches may have one.
    private Task<(HttpStatusCode Code, string Body)> PatchAsync(
        Scene scene, string subResource, string contentType, string patch) => cluster.Plane.SendAsync(
        "mover",
        HttpMethod.Patch,
        $"/api/v1/namespaces/{scene.Namespace}/{subResource}?fieldManager=test{(contentType.Contains("apply", StringComparison.Ordinal) ? "&force=true" : "")}",
        contentType,
        patch);
}
