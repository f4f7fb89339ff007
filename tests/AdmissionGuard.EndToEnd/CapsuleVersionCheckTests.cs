using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>What Capsule itself writes, and what it lets its users write, is never blocked.</summary>
public sealed class CapsuleVersionCheckTests(CapsuleCluster cluster) : IClassFixture<CapsuleCluster>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("other", CapsulesAccount.Installed)]
    [InlineData("other", CapsulesAccount.Strict)]
    [InlineData("absent", CapsulesAccount.Installed)]
    [InlineData("absent", CapsulesAccount.Strict)]
    [InlineData("empty", CapsulesAccount.Installed)]
    [InlineData("empty", CapsulesAccount.Strict)]
    public async Task It_heals_a_label_to_its_reference_without_any_verb(string label, string account)
    {
        var name = $"drifted-{label}-{account}";

        var answer = await PutAsync(name, account, "", metadata => metadata["labels"]![GuardedCluster.LabelKey] = cluster.Drifted.Oil);

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(cluster.Drifted.InOil, await cluster.Drifted.TenancyAsync(name));
    }

    [Theory]
    [InlineData(CapsulesAccount.Installed)]
    [InlineData(CapsulesAccount.Strict)]
    public async Task It_writes_a_namespace_whose_marks_have_drifted_and_leaves_them_as_they_are(string account)
    {
        var name = $"drifted-still-{account}";
        var before = await cluster.Drifted.TenancyAsync(name);

        var answer = await PutAsync(
            name, account, "", metadata => metadata["annotations"]!["capsule.clastix.io/ingress-classes"] = "nginx");

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(before, await cluster.Drifted.TenancyAsync(name));
    }

    [Theory]
    [InlineData(CapsulesAccount.Installed)]
    [InlineData(CapsulesAccount.Strict)]
    public async Task It_adds_and_removes_what_it_manages(string account)
    {
        var scene = await cluster.SceneAsync();

        var added = await PutAsync(scene.Namespace, account, "", metadata =>
        {
            metadata["labels"]!["projectcapsule.dev/cordoned"] = "true";
            metadata["annotations"]!["scheduler.alpha.kubernetes.io/node-selector"] = "pool=oil";
        });
        var between = await scene.GetAsync();
        var removed = await PutAsync(scene.Namespace, account, "", metadata =>
        {
            metadata["labels"]!.AsObject().Remove("projectcapsule.dev/cordoned");
            metadata["annotations"]!.AsObject().Remove("scheduler.alpha.kubernetes.io/node-selector");
        });

        Assert.True(added.IsOk, added.Text);
        Assert.True(removed.IsOk, removed.Text);
        Assert.Equal("true", between["labels"]!["projectcapsule.dev/cordoned"]!.ToString());
        var after = await scene.GetAsync();
        Assert.Null(after["labels"]!["projectcapsule.dev/cordoned"]);
        Assert.Equal(scene.InOil, Scene.TenancyOf(after));
    }

    [Theory]
    [InlineData("/status", CapsulesAccount.Installed)]
    [InlineData("/status", CapsulesAccount.Strict)]
    [InlineData("/finalize", CapsulesAccount.Installed)]
    [InlineData("/finalize", CapsulesAccount.Strict)]
    public async Task It_puts_a_sub_resource_that_leaves_the_tenancy_alone(string subResource, string account)
    {
        var scene = await cluster.SceneAsync();

        var answer = await PutAsync(scene.Namespace, account, subResource, metadata => metadata["annotations"]!["seen"] = "yes");

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(scene.InOil, await scene.TenancyAsync());
    }

    [Theory]
    [InlineData(CapsulesAccount.Installed)]
    [InlineData(CapsulesAccount.Strict)]
    public async Task A_view_from_before_a_move_meets_the_usual_conflict_and_changes_nothing(string account)
    {
        var scene = await cluster.SceneAsync();

        var answer = await PutAsync(
            scene.Namespace, account, "", metadata => metadata["annotations"]!["seen"] = "yes",
            () => scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite"));

        Assert.Equal(409, answer.Code);
        Assert.Contains("the object has been modified", answer.Message, StringComparison.Ordinal);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_stale_label_that_it_writes_after_a_move_is_a_conflict_and_moves_nothing_back(string method)
    {
        var scene = await cluster.SceneAsync();
        await scene.Mover.OkAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
        var before = (await scene.GetAsync()).ToJsonString();
        using var capsule = new ApiClient(CapsulesAccount.Of(cluster.Plane));

        // Its controller reads the namespace again, and then sets the label that it remembers.
        var answer = method == "PUT"
            ? await PutAsync(scene.Namespace, CapsulesAccount.Installed, "", SetBack, () => Task.CompletedTask)
            : await capsule.SendAsync(
                HttpMethod.Patch,
                $"/api/v1/namespaces/{scene.Namespace}",
                new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [GuardedCluster.LabelKey] = scene.Oil } } },
                ApiClient.MergePatch);

        Assert.Equal(409, answer.Code);
        Assert.Contains("an update by one of the tenant.controllers is not completed", answer.Message, StringComparison.Ordinal);
        Assert.Equal("Conflict", (string?)answer.Object["reason"]);
        Assert.Equal(before, (await scene.GetAsync()).ToJsonString());

        void SetBack(JsonObject metadata) => metadata["labels"]![GuardedCluster.LabelKey] = scene.Oil;
    }

    [Fact]
    public async Task What_it_writes_whole_is_decided_as_anybodys()
    {
        var scene = await cluster.SceneAsync();

        var answer = await PutAsync(scene.Namespace, CapsulesAccount.Installed, "", metadata =>
        {
            metadata["labels"]![GuardedCluster.LabelKey] = scene.Gas;
            metadata["ownerReferences"] = new JsonArray(Storm.Reference(scene.Gas, scene.GasUid));
        });

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Theory]
    [InlineData("label", false)]
    [InlineData("reference", false)]
    [InlineData("both", false)]
    [InlineData("label", true)]
    [InlineData("reference", true)]
    public async Task An_owner_creates_namespaces_in_the_own_tenant(string tenancy, bool isNameGenerated)
    {
        var scene = await cluster.SceneAsync();

        var answer = await CreateAsync(scene, "bob", tenancy, isNameGenerated);

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(scene.InGas, Scene.TenancyOf(answer.Object["metadata"]!.AsObject()));
    }

    [Fact]
    public async Task The_owners_are_those_of_the_status_where_there_is_one()
    {
        var scene = await cluster.SceneAsync();
        await TenantStatus.SetAsync(cluster.Plane, scene.Gas, """{"owners":[{"kind":"Group","name":"gas-people"}]}""");

        var member = await CreateAsync(scene, "gina", "label", isNameGenerated: true, "gas-people");
        var former = await CreateAsync(scene, "bob", "label", isNameGenerated: true);

        Assert.True(member.IsOk, member.Text);
        Assert.Equal(403, former.Code);
        Assert.Contains("needs \"adopt\"", former.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_of_Capsule_is_no_owner_though_the_status_says_so()
    {
        var scene = await cluster.SceneAsync();
        await TenantStatus.SetAsync(
            cluster.Plane,
            scene.Gas,
            $$"""{"owners":[{"kind":"User","name":"bob"},{"kind":"User","name":"{{CapsuleCluster.Administrator}}"}]}""");

        var administrator = await CreateAsync(scene, CapsuleCluster.Administrator, "label", isNameGenerated: true);
        var owner = await CreateAsync(scene, "bob", "label", isNameGenerated: true);

        Assert.Equal(403, administrator.Code);
        Assert.Contains(
            $"{CapsuleCluster.Administrator} may not create a namespace in tenant {scene.Gas}: needs \"adopt\"",
            administrator.Message,
            StringComparison.Ordinal);
        Assert.True(owner.IsOk, owner.Text);
    }

    [Fact]
    public async Task An_administrator_of_Capsule_who_is_an_owner_too_creates_in_that_tenant()
    {
        var scene = await cluster.SceneAsync();
        var owner = $$"""{"kind":"User","name":"{{CapsuleCluster.Administrator}}","clusterRoles":["admin","capsule-namespace-deleter"]}""";
        await BrokenRule.PatchAsync(scene, scene.Gas, $$"""{"spec":{"owners":[{{owner}}]} }""");
        await TenantStatus.SetAsync(cluster.Plane, scene.Gas, $$"""{"owners":[{{owner}}]}""");

        var answer = await CreateAsync(scene, CapsuleCluster.Administrator, "label", isNameGenerated: true);

        Assert.True(answer.IsOk, answer.Text);
        Assert.Equal(scene.InGas, Scene.TenancyOf(answer.Object["metadata"]!.AsObject()));
    }

    [Theory]
    [InlineData("^billing-", "the CapsuleConfiguration protects namespaces whose names match \"^billing-\"")]
    [InlineData("(?!a)", "spec.protectedNamespaceRegex) is invalid, \"(?!a)\"")]
    public async Task Capsules_own_pattern_protects_and_one_that_can_not_be_read_refuses_every_way_in(string pattern, string words)
    {
        var scene = await cluster.SceneAsync();
        await ProtectAsync($"\"{pattern}\"");
        try
        {
            var refused = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");

            Assert.StartsWith("Error from server (Forbidden)", refused.Error, StringComparison.Ordinal);
            Assert.Contains(words, refused.Error, StringComparison.Ordinal);
            Assert.Equal(scene.InOil, await scene.TenancyAsync());
            await scene.Mover.OkAsync("label", "ns", scene.Namespace, $"{GuardedCluster.LabelKey}-");
        }
        finally
        {
            await ProtectAsync("null");
        }
    }

    [Fact]
    public async Task Who_is_in_a_group_that_Capsule_ignores_is_no_owner()
    {
        var scene = await cluster.SceneAsync();

        var ignored = await CreateAsync(scene, "bob", "label", isNameGenerated: true, CapsuleCluster.IgnoredGroup);

        Assert.Equal(403, ignored.Code);
        Assert.Contains("needs \"adopt\"", ignored.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capsules_own_prefix_binds_tenants_that_say_nothing_else()
    {
        var (scene, other) = (await cluster.SceneAsync(), await cluster.SceneAsync());
        await cluster.Plane.Admin.OkAsync("patch", "tenant", other.Gas, "--type=merge", "-p", """{"spec":{"forceTenantPrefix":false}}""");
        await ForcePrefixAsync(true);
        try
        {
            var bound = await scene.Mover.RunAsync("label", "ns", scene.Namespace, scene.GasLabel, "--overwrite");
            await other.Mover.OkAsync("label", "ns", other.Namespace, other.GasLabel, "--overwrite");

            Assert.Contains("rule tenantPrefix", bound.Error, StringComparison.Ordinal);
            Assert.Equal(scene.InOil, await scene.TenancyAsync());
            Assert.Equal(other.InGas, await other.TenancyAsync());
        }
        finally
        {
            await ForcePrefixAsync(false);
        }
    }

    [Theory]
    [InlineData(CapsulesAccount.Installed)]
    [InlineData(CapsulesAccount.Strict)]
    public async Task It_deletes_the_namespaces_of_a_tenant_that_is_being_deleted(string account)
    {
        var scene = await cluster.SceneAsync();
        var admin = cluster.Plane.Admin;
        await admin.OkAsync(
            "patch",
            "tenant",
            scene.Oil,
            "--type=merge",
            "-p",
            """{"metadata":{"finalizers":["controller.projectcapsule.dev/finalize"]}}""");
        await admin.OkAsync("delete", "tenant", scene.Oil, "--wait=false");

        await CapsulesAccount.Of(cluster.Plane, account).OkAsync("delete", "ns", scene.Namespace, "--timeout=2m");

        Assert.Contains("NotFound", (await admin.RunAsync("get", "ns", scene.Namespace)).Error, StringComparison.Ordinal);
        await admin.OkAsync("patch", "tenant", scene.Oil, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task A_tenant_deleted_as_usual_still_takes_its_namespaces_along()
    {
        var scene = await cluster.SceneAsync();

        await cluster.Plane.Admin.OkAsync("delete", "tenant", scene.Oil);

        await GoneAsync(scene.Namespace);
    }

    [Theory]
    [InlineData(CapsulesAccount.Installed)]
    [InlineData(CapsulesAccount.Strict)]
    public async Task It_writes_a_namespace_that_is_being_deleted_until_it_is_gone(string account)
    {
        var scene = await cluster.SceneAsync();
        var admin = cluster.Plane.Admin;
        await admin.OkAsync("patch", "ns", scene.Namespace, "--type=merge", "-p", """{"metadata":{"finalizers":["example.com/hold"]}}""");
        await admin.OkAsync("delete", "ns", scene.Namespace, "--wait=false");
        // Without its tenant too: the end of a namespace asks nobody.
        await admin.OkAsync("delete", "tenant", scene.Oil);

        var edit = await PutAsync(scene.Namespace, account, "", metadata => metadata["labels"]!["projectcapsule.dev/cordoned"] = "true");
        var status = await PutAsync(scene.Namespace, account, "/status", metadata => metadata["annotations"]!["seen"] = "yes");
        var last = await PutAsync(scene.Namespace, account, "", metadata => metadata.Remove("finalizers"));

        Assert.All([edit, status, last], answer => Assert.True(answer.IsOk, answer.Text));
        await GoneAsync(scene.Namespace);
    }

    private Task GoneAsync(string name) => Poll.UntilAsync(
        $"the end of {name}",
        Limit,
        async () => (await cluster.Plane.Admin.RunAsync("get", "ns", name)).Error.Contains("NotFound", StringComparison.Ordinal),
        Cancellation);

    private Task<string> ProtectAsync(string pattern) => cluster.Plane.Admin.OkAsync(
        "patch", "capsuleconfiguration", "default", "--type=merge", "-p", $$$"""{"spec":{"protectedNamespaceRegex":{{{pattern}}}}}""");

    private Task<string> ForcePrefixAsync(bool isForced) => cluster.Plane.Admin.OkAsync(
        "patch",
        "capsuleconfiguration",
        "default",
        "--type=merge",
        "-p",
        $$$"""{"spec":{"forceTenantPrefix":{{{(isForced ? "true" : "false")}}}}}""");

    /// <summary>Reads a namespace, changes it and puts the whole back, as controllers do; again where another was faster.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="account">The account's namespace.</param>
    /// <param name="subResource">The subresource, with its slash; empty for none.</param>
    /// <param name="change">The change of the metadata.</param>
    /// <param name="meanwhile">What others do between the reading and the writing, which is then tried once.</param>
    private async Task<ApiAnswer> PutAsync(
        string name, string account, string subResource, Action<JsonObject> change, Func<Task>? meanwhile = null)
    {
        using var capsule = new ApiClient(CapsulesAccount.Of(cluster.Plane, account));
        while (true)
        {
            var whole = (await capsule.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{name}")).Ok();
            change(whole["metadata"]!.AsObject());
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            var answer = await capsule.SendAsync(HttpMethod.Put, $"/api/v1/namespaces/{name}{subResource}", whole);
            if (answer.Code is not 409 || meanwhile is not null)
            {
                return answer;
            }
        }
    }

    /// <summary>Creates a namespace in tenant gas as one of Capsule's users.</summary>
    private async Task<ApiAnswer> CreateAsync(Scene scene, string user, string tenancy, bool isNameGenerated, params string[] groups)
    {
        var metadata = new JsonObject
        {
            [isNameGenerated ? "generateName" : "name"] = isNameGenerated ? $"{scene.Gas}-" : $"{scene.Gas}-made",
        };
        if (tenancy is not "reference")
        {
            metadata["labels"] = new JsonObject { [GuardedCluster.LabelKey] = scene.Gas };
        }

        if (tenancy is not "label")
        {
            metadata["ownerReferences"] = new JsonArray(Storm.Reference(scene.Gas, scene.GasUid));
        }

        using var client = new ApiClient(cluster.Plane.KubectlAs(user, ["projectcapsule.dev", .. groups]));
        return await client.SendAsync(
            HttpMethod.Post,
            "/api/v1/namespaces",
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata });
    }
}
