using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>Plans, beside what comes of them.</summary>
public sealed class PlanTests(GuardedCluster cluster) : IClassFixture<BreakGlass>, IAsyncLifetime
{
    private Kubectl _planner = null!;

    public async ValueTask InitializeAsync() => _planner = await Planners.CreateAsync(cluster.Plane);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string> Rules() => BrokenRule.All;

    [Theory]
    [InlineData("mover")]
    [InlineData("alice")]
    [InlineData("bob")]
    [InlineData("stranger")]
    public async Task It_says_to_whom_what_the_label_then_gets(string user)
    {
        var scene = await cluster.SceneAsync();

        Assert.Null(await AgreeAsync(scene.Namespace, scene.Gas, user));
        Assert.Null(await AgreeAsync(scene.Namespace, null, user));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_broken_rule_is_reported_word_for_word_and_so_is_its_override(string rule)
    {
        var scene = await cluster.SceneAsync();
        var (name, words) = await BrokenRule.SetUpAsync(scene, rule);

        var plan = await PlanAnswer.OfAsync(_planner, name, scene.Gas, "mover");

        Assert.Contains(words, plan.Message, StringComparison.Ordinal);
        Assert.Null(await AgreeAsync(name, scene.Gas, "mover"));
        Assert.Null(await AgreeAsync(name, scene.Gas, "alice"));
        Assert.Null(await AgreeAsync(name, scene.Gas, BreakGlass.Warden, "override: CHG-1"));
    }

    [Fact]
    public async Task Its_commands_grant_what_is_missing_to_whoever_has_nothing()
    {
        var scene = await cluster.SceneAsync();
        var user = $"new@{scene.Namespace}.example.com";
        var plan = await PlanAnswer.OfAsync(_planner, scene.Namespace, scene.Gas, user);

        Assert.Equal(1, plan.ExitCode);
        Assert.Equal(8, plan.Commands.Count);
        Assert.Contains(
            $"kubectl create clusterrole release-tenants-{scene.Oil} --verb=release --resource=tenants.capsule.clastix.io --resource-name={scene.Oil}",
            plan.Commands);
        (await cluster.Plane.Admin.ShellAsync(cluster.Plane.Folder, string.Join('\n', plan.Commands))).Ok();
        await Poll.UntilAsync(
            "the rights that were granted",
            TimeSpan.FromMinutes(1),
            async () => (await PlanAnswer.OfAsync(_planner, scene.Namespace, scene.Gas, user)).ExitCode == 0,
            TestContext.Current.CancellationToken);
        Assert.Null(await AgreeAsync(scene.Namespace, scene.Gas, user));
        Assert.Equal(scene.InGas, await scene.TenancyAsync());
    }

    [Fact]
    public async Task A_tenant_that_is_absent_terminating_or_invalid_is_reported_word_for_word()
    {
        var scene = await cluster.SceneAsync();
        await BrokenRule.PatchAsync(scene, scene.Oil, """{"metadata":{"finalizers":["example.com/hold"]}}""");
        var free = await scene.NewNamespaceAsync();
        await cluster.Plane.Admin.OkAsync("delete", "tenant", scene.Oil, "--wait=false");

        Assert.Null(await AgreeAsync(free, scene.Oil, "mover"));
        Assert.Null(await AgreeAsync(free, $"{scene.Gas}x", "mover"));
        Assert.Null(await AgreeAsync(free, $"{scene.Gas}x", "alice"));
        Assert.Null(await AgreeAsync(free, "No_Tenant", "mover"));
        await BrokenRule.PatchAsync(scene, scene.Oil, """{"metadata":{"finalizers":null}}""");
    }

    [Fact]
    public async Task Without_rights_to_find_out_it_says_so_in_one_line_and_ends_with_3()
    {
        var scene = await cluster.SceneAsync();

        var stranger = await PlanAnswer.OfAsync(cluster.Plane.KubectlAs("stranger"), scene.Namespace, scene.Gas, "mover");
        var alice = await PlanAnswer.OfAsync(scene.Alice, scene.Namespace, scene.Gas, "mover");
        var nowhere = await PlanAnswer.OfAsync(_planner, $"{scene.Namespace}-x", scene.Gas, "mover");

        Assert.Equal(
            (3, $"Error: namespace \"{scene.Namespace}\" could not be read: permission denied (403)\n"),
            (stranger.ExitCode, stranger.Error));
        Assert.Equal(
            (3, $"Error: tenants.capsule.clastix.io \"{scene.Gas}\" could not be read: permission denied (403)\n"),
            (alice.ExitCode, alice.Error));
        Assert.Equal((2, $"Error: namespace \"{scene.Namespace}-x\" does not exist\n"), (nowhere.ExitCode, nowhere.Error));
    }

    [Fact]
    public async Task What_it_may_not_read_it_leaves_out_and_says_so()
    {
        var scene = await cluster.SceneAsync();
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User("asker"),
            "asker",
            """{apiGroups: [""], resources: [namespaces], verbs: [get]}, {apiGroups: [capsule.clastix.io], resources: [tenants, capsuleconfigurations], verbs: [get]}, {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}""",
            "create subjectaccessreviews.authorization.k8s.io");

        var plan = await PlanAnswer.OfAsync(cluster.Plane.KubectlAs("asker"), scene.Namespace, scene.Gas, "mover");

        Assert.Equal(0, plan.ExitCode);
        Assert.Equal("unknown: the webhook configurations could not be read (permission denied (403))", plan.Capsule);
        Assert.Contains("Unknown quota: pods could not be read (permission denied (403))", plan.CompatibilityChecks);
    }

    [Fact]
    public async Task The_narrow_role_that_is_shown_plans_for_its_two_tenants_and_says_what_it_could_not_read()
    {
        var scene = await cluster.SceneAsync();
        await GrantShownRoleAsync(scene, "narrow");
        var narrow = cluster.Plane.KubectlAs("narrow");

        var move = await PlanAnswer.OfAsync(narrow, scene.Namespace, scene.Gas, "narrow");
        var release = await PlanAnswer.OfAsync(narrow, scene.Namespace, null, "narrow");
        var elsewhere = await PlanAnswer.OfAsync(narrow, scene.Namespace, $"{scene.Gas}x", "narrow");

        Assert.Equal((0, 0), (move.ExitCode, release.ExitCode));
        Assert.Equal("unknown: the webhook configurations could not be read (permission denied (403))", move.Capsule);
        Assert.Contains("Unknown quota: pods could not be read (permission denied (403))", move.CompatibilityChecks);
        Assert.StartsWith(
            "Warning: ConfigMap admissionguard-config of namespace admissionguard-system could not be read: permission denied (403); the plan assumes the defaults ",
            move.Error,
            StringComparison.Ordinal);
        Assert.Empty(move.Result!["unknown"]!.AsArray());
        Assert.Equal(3, elsewhere.ExitCode);
        Assert.EndsWith(
            $"Error: tenants.capsule.clastix.io \"{scene.Gas}x\" could not be read: permission denied (403)\n",
            elsewhere.Error,
            StringComparison.Ordinal);
        Assert.Null(
            await new PlanComparison(cluster.Plane).DisagreementAsync(narrow, scene.Namespace, scene.Gas, "narrow"));
    }

    [Fact]
    public async Task Who_may_not_read_the_CapsuleConfiguration_gets_a_plan_that_says_what_it_lacks()
    {
        var scene = await cluster.SceneAsync();
        await GrantShownRoleAsync(scene, "narrower", withoutCapsule: true);

        var plan = await PlanAnswer.OfAsync(cluster.Plane.KubectlAs("narrower"), scene.Namespace, scene.Gas, "narrower");

        Assert.Equal(0, plan.ExitCode);
        Assert.StartsWith(
            "whether the CapsuleConfiguration \"default\" changes the verdict, because it could not be read (permission denied (403))",
            (string)Assert.Single(plan.Result!["unknown"]!.AsArray())!,
            StringComparison.Ordinal);
    }

    /// <summary>Grants the role that a comment of <c>deploy/base/rbac.yaml</c> shows, for the tenants of a scene.</summary>
    private async Task GrantShownRoleAsync(Scene scene, string user, bool withoutCapsule = false)
    {
        const string Indent = "#   ";
        var lines = await File.ReadAllLinesAsync(Repository.File("deploy", "base", "rbac.yaml"), TestContext.Current.CancellationToken);
        var from = Array.IndexOf(lines, $"{Indent}  name: oil-to-gas") - 3;
        var role = string.Join(
                '\n', lines[from..].TakeWhile(line => line.StartsWith(Indent, StringComparison.Ordinal)).Select(line => line[Indent.Length..]))
            .Replace("oil-to-gas", user, StringComparison.Ordinal)
            .Replace("[oil]", $"[{scene.Oil}]", StringComparison.Ordinal)
            .Replace("[gas]", $"[{scene.Gas}]", StringComparison.Ordinal)
            .Replace("[capsuleconfigurations]", withoutCapsule ? "[nothing]" : "[capsuleconfigurations]", StringComparison.Ordinal);
        Assert.StartsWith("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n", role, StringComparison.Ordinal);
        await cluster.Plane.Admin.ApplyAsync($$"""
            {{role}}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: {{user}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{user}}}
            subjects: [{{Rights.User(user)}}]
            """);
        // Before Kubernetes 1.27, the API server does not say who asks, so that --as must.
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User(user),
            user,
            """{apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}""",
            $"adopt tenants.capsule.clastix.io/{scene.Gas}");
    }

    [Theory]
    [InlineData("list", "pods", "yes")]
    [InlineData("create", "subjectaccessreviews.authorization.k8s.io", "yes")]
    [InlineData("get", "secrets", "no")]
    [InlineData("patch", "namespaces", "no")]
    [InlineData("adopt", "tenants.capsule.clastix.io", "no")]
    public async Task The_planners_role_changes_nothing(string verb, string resource, string answer) =>
        Assert.Equal(
            answer, (await cluster.Plane.Admin.RunAsync("auth", "can-i", verb, resource, "--as", Planners.Name, "-A")).Output.Trim());

    private Task<string?> AgreeAsync(string name, string? target, string user, string fieldManager = "") =>
        new PlanComparison(cluster.Plane).DisagreementAsync(_planner, name, target, user, fieldManager);
}
