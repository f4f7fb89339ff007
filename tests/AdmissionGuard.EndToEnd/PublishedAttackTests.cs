using System.Net;
using System.Text.Json.Nodes;

namespace AdmissionGuard.EndToEnd;

/// <summary>The attacks on tenant namespaces that Capsule's advisories tell of, by attackers with the permissions that they give.</summary>
/// <remarks>
/// The guard decides about tenancy. What the same holes also let through, other labels and annotations of other people's
/// namespaces (Pod Security's <c>pod-security.kubernetes.io/enforce</c> above all), is not its to refuse: that takes
/// Capsule 0.15.0 or a policy of its own.
/// </remarks>
public sealed class PublishedAttackTests(GuardedCluster cluster, Attackers attackers) : IClassFixture<Attackers>, IAsyncLifetime
{
    private const string MergePatch = "application/merge-patch+json";

    private Scene _scene = null!;

    /// <summary>Both attackers own tenant gas; the namespace that they are after is in tenant oil.</summary>
    public async ValueTask InitializeAsync()
    {
        _scene = await cluster.SceneAsync();
        await cluster.Plane.Admin.OkAsync(
            "patch", "tenant", _scene.Gas, "--type=merge", "-p", $$$"""{"spec":{"owners":[{{{attackers.AsOwners}}}]}}""");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("merge", """{"metadata":{"ownerReferences":null}}""", true)]
    [InlineData("merge", """{"metadata":{"ownerReferences":[]}}""", true)]
    [InlineData("json", """[{"op":"remove","path":"/metadata/ownerReferences"}]""", true)]
    [InlineData("json", """[{"op":"remove","path":"/metadata/ownerReferences/0"}]""", true)]
    [InlineData("strategic", """{"metadata":{"ownerReferences":[{"$patch":"replace"}]}}""", true)]
    [InlineData("merge", """{"metadata":{"labels":null}}""", false)]
    [InlineData("merge", """{"metadata":{"labels":null,"ownerReferences":null}}""", false)]
    [InlineData("json", """[{"op":"remove","path":"/metadata/ownerReferences"},{"op":"remove","path":"/metadata/labels"}]""", false)]
    public async Task CVE_2022_46167_an_account_inside_a_namespace_can_not_take_it_out_of_its_tenant(
        string type, string patch, bool isPutBack)
    {
        var account = await attackers.InsideAsync(_scene.Namespace);
        await account.OkAsync("annotate", "ns", _scene.Namespace, "mine=yes");

        var answer = await account.RunAsync("patch", "ns", _scene.Namespace, $"--type={type}", "-p", patch);

        Assert.Equal(isPutBack ? 0 : 1, answer.ExitCode);
        Assert.Contains(
            isPutBack ? "its ownerReference was restored" : $"needs \"release\" on tenants.capsule.clastix.io \"{_scene.Oil}\"",
            answer.Error,
            StringComparison.Ordinal);
        Assert.Equal(_scene.InOil, await _scene.TenancyAsync());
    }

    [Fact]
    public async Task CVE_2022_46167_nor_by_replacing_it()
    {
        var account = await attackers.InsideAsync(_scene.Namespace);

        var bare = await account.WithInputAsync(Scene.Manifest(_scene.Namespace, null), "replace", "-f", "-");
        var labelled = await account.WithInputAsync(Scene.Manifest(_scene.Namespace, _scene.OilLabel), "replace", "-f", "-");

        Assert.Contains("may not release namespace", bare.Error, StringComparison.Ordinal);
        Assert.Contains("its ownerReference was restored", labelled.Error, StringComparison.Ordinal);
        Assert.Equal(_scene.InOil, await _scene.TenancyAsync());
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    [InlineData("default")]
    [InlineData("capsule-system")]
    [InlineData("admissionguard-system")]
    [InlineData("somebody's")]
    [InlineData("another tenant's")]
    public async Task CVE_2024_39690_a_tenants_owner_can_not_claim_a_namespace_by_an_ownerReference(string which)
    {
        var name = await VictimAsync(which);
        var before = await _scene.TenancyAsync(name);
        var reference = new JsonArray(Storm.Reference(_scene.Gas, _scene.GasUid));

        var alone = await PatchAsync(name, new JsonObject { ["ownerReferences"] = reference.DeepClone() });
        var both = await PatchAsync(
            name,
            new JsonObject { ["ownerReferences"] = reference, ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = _scene.Gas } });

        foreach (var (code, body) in new[] { alone, both })
        {
            Assert.Equal(HttpStatusCode.Forbidden, code);
            Assert.Contains(
                $"needs {(which is "another tenant's" ? $"\\\"release\\\" on tenants.capsule.clastix.io \\\"{_scene.Oil}\\\" and " : "")}\\\"adopt\\\"",
                body,
                StringComparison.Ordinal);
            Assert.Equal(IsProtected(which), body.Contains("rule protectedNamespaces", StringComparison.Ordinal));
        }

        Assert.Equal(before, await _scene.TenancyAsync(name));
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("default")]
    [InlineData("capsule-system")]
    [InlineData("somebody's")]
    public async Task CVE_2025_55205_a_tenants_owner_can_not_draw_a_namespace_in_by_its_label(string which)
    {
        var name = await VictimAsync(which);

        var answer = await cluster.Plane.KubectlAs(Attackers.Provisioner).RunAsync("label", "ns", name, _scene.GasLabel, "--overwrite");

        Assert.Contains(
            $"{Attackers.Provisioner} may not bring namespace {name} into tenant {_scene.Gas}", answer.Error, StringComparison.Ordinal);
        Assert.Equal(IsProtected(which), answer.Error.Contains("rule protectedNamespaces", StringComparison.Ordinal));
        Assert.Equal(Scene.InNone, await _scene.TenancyAsync(name));
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("default")]
    public async Task Not_even_who_may_everything_brings_the_clusters_own_namespaces_into_a_tenant(string name)
    {
        var answer = await cluster.Plane.Admin.RunAsync("label", "ns", name, _scene.GasLabel);

        Assert.Contains("rule protectedNamespaces", answer.Error, StringComparison.Ordinal);
        Assert.Equal(Scene.InNone, await _scene.TenancyAsync(name));
    }

    [Theory]
    [InlineData("PATCH", "status", MergePatch, "label")]
    [InlineData("PATCH", "status", MergePatch, "both")]
    [InlineData("PATCH", "status", MergePatch, "neither")]
    [InlineData("PATCH", "status", "application/strategic-merge-patch+json", "both")]
    [InlineData("PATCH", "status", "application/apply-patch+yaml", "both")]
    [InlineData("PUT", "status", "application/json", "both")]
    [InlineData("PUT", "status", "application/json", "neither")]
    [InlineData("PUT", "finalize", "application/json", "label")]
    [InlineData("PUT", "finalize", "application/json", "reference")]
    [InlineData("PUT", "finalize", "application/json", "both")]
    [InlineData("PUT", "finalize", "application/json", "neither")]
    public async Task CVE_2026_30963_a_sub_resource_carries_no_mark_past_the_guard(
        string method, string subResource, string type, string tenancy)
    {
        var body = await MarkedAsync(_scene.Namespace, tenancy, isWhole: method == "PUT");
        var query = type.Contains("apply", StringComparison.Ordinal) ? "?fieldManager=eve&force=true" : "";

        var (code, text) = await cluster.Plane.SendAsync(
            Attackers.OfSubResources,
            new HttpMethod(method),
            $"/api/v1/namespaces/{_scene.Namespace}/{subResource}{query}",
            type,
            body.ToJsonString());

        Assert.True(code is HttpStatusCode.Forbidden, text);
        Assert.Contains($"the subresource \\\"{subResource}\\\" can't change a tenancy", text, StringComparison.Ordinal);
        Assert.Equal(_scene.InOil, await _scene.TenancyAsync());
    }

    [Fact]
    public async Task GHSA_gwxr_7h77_7777_kubectl_replace_raw_finalize_changes_no_tenant()
    {
        var body = await MarkedAsync(_scene.Namespace, "label", isWhole: true);

        var answer = await cluster.Plane.KubectlAs(Attackers.OfSubResources)
            .WithInputAsync(body.ToJsonString(), "replace", "--raw", $"/api/v1/namespaces/{_scene.Namespace}/finalize", "-f", "-");

        Assert.NotEqual(0, answer.ExitCode);
        Assert.Contains("the subresource \"finalize\" can't change a tenancy", answer.Error, StringComparison.Ordinal);
        Assert.Equal(_scene.InOil, await _scene.TenancyAsync());
    }

    [Theory]
    [InlineData("status", "somebody's")]
    [InlineData("finalize", "somebody's")]
    [InlineData("status", "kube-system")]
    [InlineData("status", "another tenant's")]
    [InlineData("finalize", "another tenant's")]
    public async Task GHSA_p8j8_x28r_3c9v_an_owner_with_sub_resources_draws_nobodys_namespace_in(string subResource, string which)
    {
        var name = await VictimAsync(which);
        var before = await _scene.TenancyAsync(name);

        var (code, text) = await cluster.Plane.SendAsync(
            Attackers.OfSubResources,
            HttpMethod.Put,
            $"/api/v1/namespaces/{name}/{subResource}",
            "application/json",
            (await MarkedAsync(name, "both", isWhole: true)).ToJsonString());

        Assert.True(code is HttpStatusCode.Forbidden, text);
        Assert.Contains("validate.admissionguard.io", text, StringComparison.Ordinal);
        Assert.Equal(before, await _scene.TenancyAsync(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/finalize")]
    public async Task GHSA_p8j8_x28r_3c9v_nor_while_it_is_being_deleted(string subResource)
    {
        await cluster.Plane.Admin.OkAsync(
            "patch", "ns", _scene.Namespace, "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        await cluster.Plane.Admin.OkAsync("delete", "ns", _scene.Namespace, "--wait=false");

        var (code, text) = await cluster.Plane.SendAsync(
            subResource.Length == 0 ? Attackers.Provisioner : Attackers.OfSubResources,
            HttpMethod.Put,
            $"/api/v1/namespaces/{_scene.Namespace}{subResource}",
            "application/json",
            (await MarkedAsync(_scene.Namespace, "both", isWhole: true)).ToJsonString());

        Assert.True(code is HttpStatusCode.Forbidden, text);
        Assert.Contains("admissionguard.io", text, StringComparison.Ordinal);
        Assert.Equal(_scene.InOil, await _scene.TenancyAsync());
        await cluster.Plane.Admin.OkAsync("patch", "ns", _scene.Namespace, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
    }

    private static bool IsProtected(string which) => !which.Contains('\'', StringComparison.Ordinal);

    private async Task<string> VictimAsync(string which)
    {
        switch (which)
        {
            case "somebody's":
                return await _scene.NewNamespaceAsync();
            case "another tenant's":
                return _scene.Namespace;
            default:
                return which;
        }
    }

    private Task<(HttpStatusCode Code, string Body)> PatchAsync(string name, JsonObject metadata) =>
        cluster.Plane.SendAsync(
            Attackers.Provisioner,
            HttpMethod.Patch,
            $"/api/v1/namespaces/{name}",
            MergePatch,
            new JsonObject { ["metadata"] = metadata }.ToJsonString());

    /// <summary>
    /// A namespace, or a patch of one, with the attacker's tenant in the label, in the reference, in both, or neither label nor
    /// ownerReference left.
    /// </summary>
    private async Task<JsonObject> MarkedAsync(string name, string tenancy, bool isWhole)
    {
        var body = isWhole
            ? JsonNode.Parse(await cluster.Plane.Admin.OkAsync("get", "ns", name, "-o", "json"))!.AsObject()
            : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
        var metadata = body["metadata"]!.AsObject();
        if (tenancy is "label" or "both" or "neither")
        {
            var labels = metadata["labels"] as JsonObject ?? [];
            labels[GuardedCluster.LabelKey] = tenancy is "neither" ? null : _scene.Gas;
            metadata["labels"] = labels;
        }

        if (tenancy is "reference" or "both" or "neither")
        {
            metadata["ownerReferences"] = tenancy is "neither" ? null : new JsonArray(Storm.Reference(_scene.Gas, _scene.GasUid));
        }

        if (isWhole && tenancy is "neither")
        {
            metadata["labels"]!.AsObject().Remove(GuardedCluster.LabelKey);
            metadata.Remove("ownerReferences");
        }

        return body;
    }
}
