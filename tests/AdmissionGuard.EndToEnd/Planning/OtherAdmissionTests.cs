using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd.Planning;

/// <summary>What a plan says of Capsule and of OpenShift, by objects that look like theirs.</summary>
[Collection(nameof(LookedAtCluster))]
public sealed class OtherAdmissionTests(BareCluster cluster) : IAsyncLifetime
{
    private const string Crds = "customresourcedefinitions.apiextensions.k8s.io";

    private Kubectl _planner = null!;
    private Scene _scene = null!;

    public async ValueTask InitializeAsync()
    {
        _planner = await Planners.CreateAsync(cluster.Plane);
        _scene = await cluster.SceneAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await FakeCapsule.RemoveAsync(cluster.Plane.Admin);
        await cluster.Plane.Admin.OkAsync("delete", Crds, "infrastructures.config.openshift.io", "--ignore-not-found");
        // The API server releases a group in its own time, and until then this is an OpenShift to whoever comes next.
        await Poll.UntilAsync(
            "OpenShift's API group to be gone",
            TimeSpan.FromMinutes(1),
            async () => !(await cluster.Plane.Admin.OkAsync("get", "--raw", "/apis")).Contains(
                "config.openshift.io", StringComparison.Ordinal),
            CancellationToken.None);
    }

    [Fact]
    public async Task Where_there_is_no_Capsule_it_says_so_and_that_the_guard_is_missing_too()
    {
        var plan = await PlanAsync("mover");

        Assert.Equal((0, "not installed"), (plan.ExitCode, plan.Capsule));
        Assert.Contains(
            "the webhook mutate.admissionguard.io is not registered in this cluster",
            plan.Result!["notes"]!.ToJsonString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v0.14.0", "mover", 0, "Capsule 0.14.0: mover is one of its administrators; the change would be accepted")]
    [InlineData(
        "v0.14.0",
        "adam",
        1,
        "Capsule 0.14.0: adam is not one of its administrators; the change would be refused: namespace can not be migrated between tenants")]
    [InlineData(
        "v0.13.9", "mover", 1, "Capsule 0.13.9: mover is one of its administrators; the change would be reverted without a message")]
    [InlineData("v0.12.4", "adam", 0, "Capsule 0.12.4: adam is not one of its administrators; the change would be accepted")]
    public async Task Its_version_and_its_administrators_tell_what_Capsule_does(string version, string user, int exitCode, string words)
    {
        await FakeCapsule.InstallAsync(cluster.Plane.Admin, version);
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User("adam"),
            "adam",
            """{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}""",
            "adopt tenants.capsule.clastix.io");

        var plan = await PlanAsync(user);

        Assert.Equal((exitCode, words), (plan.ExitCode, plan.Capsule));
        Assert.Equal(exitCode == 1 ? [words] : [], plan.Reasons);
    }

    [Fact]
    public async Task Where_the_version_can_not_be_read_it_says_what_each_would_do()
    {
        await FakeCapsule.InstallAsync(cluster.Plane.Admin, version: null);

        var plan = await PlanAsync("mover");

        Assert.Equal(
            "Capsule 0.13.2 or newer (which one could not be read): mover is one of its administrators; 0.13.0 to 0.13.9 revert it without a message; 0.13.10 and newer accept it",
            plan.Capsule);
    }

    [Theory]
    [InlineData("mover", 0, "which mover has")]
    [InlineData("clerk", 1, "which clerk lacks: cannot set an ownerRef on a resource you can't delete")]
    public async Task On_OpenShift_whoever_may_not_delete_the_namespace_is_told_so(string user, int exitCode, string words)
    {
        await cluster.Plane.Admin.ApplyAsync(Crd("config.openshift.io", "Infrastructure", "infrastructures", "v1"));
        await Poll.UntilAsync(
            "OpenShift's API group",
            TimeSpan.FromMinutes(1),
            async () => (await cluster.Plane.Admin.OkAsync("get", "--raw", "/apis")).Contains(
                "config.openshift.io", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User("clerk"),
            "clerk",
            """{apiGroups: [""], resources: [namespaces], verbs: [get, patch]}, {apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [release, adopt]}""",
            "adopt tenants.capsule.clastix.io");

        var plan = await PlanAsync(user);

        Assert.Equal(exitCode, plan.ExitCode);
        Assert.Equal(
            $"OpenShift: an ownerReference requires \"delete\" on the namespace, {words}",
            (string)plan.Result!["ownerReferences"]!["message"]!);
        Assert.Equal(exitCode * 2, plan.Commands.Count);
    }

    private Task<PlanAnswer> PlanAsync(string user) => PlanAnswer.OfAsync(_planner, _scene.Namespace, _scene.Gas, user);

    private static string Crd(string group, string kind, string plural, string version) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{plural}}.{{group}}}
        spec:
          group: {{group}}
          scope: Cluster
          names: {kind: {{kind}}, plural: {{plural}}}
          versions: [{name: {{version}}, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true} } }]
        """;
}
