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
