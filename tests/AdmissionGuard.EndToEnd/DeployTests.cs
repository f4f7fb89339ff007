namespace AdmissionGuard.EndToEnd;

/// <summary>What <c>deploy/</c> says, as far as a cluster without nodes can show it.</summary>
public sealed class DeployTests(GuardedCluster cluster)
{
    [Theory]
    [InlineData("namespace.yaml")]
    [InlineData("rbac.yaml")]
    [InlineData("service.yaml")]
    [InlineData("configmap.yaml")]
    [InlineData("deployment.yaml")]
    public async Task Every_manifest_is_accepted(string file) =>
        await cluster.Plane.Admin.OkAsync("apply", "--dry-run=server", "-f", Repository.File("deploy", "base", file));

    [Theory]
    [InlineData("get", "tenants.capsule.clastix.io", true)]
    [InlineData("list", "tenants.capsule.clastix.io", true)]
    [InlineData("create", "subjectaccessreviews.authorization.k8s.io", true)]
    [InlineData("update", "tenants.capsule.clastix.io", false)]
    [InlineData("adopt", "tenants.capsule.clastix.io", false)]
    [InlineData("get", "secrets", false)]
    [InlineData("list", "namespaces", true)]
    [InlineData("get", "namespaces", false)]
    [InlineData("update", "namespaces", false)]
    [InlineData("create", "events", false)]
    [InlineData("get", "leases.coordination.k8s.io", false)]
    public async Task The_guard_has_the_rights_it_needs_and_no_more(string verb, string resource, bool has) =>
        Assert.Equal(has ? "yes" : "no", await CanIAsync("system:serviceaccount:admissionguard-system:admissionguard", verb, resource));

    // `kubectl auth can-i` looks the resource up first, and Capsule's is not installed here.
    [Theory]
    [InlineData("get", "true")]
    [InlineData("list", "false")]
    [InlineData("update", "false")]
    public async Task The_guard_may_read_Capsules_own_configuration(string verb, string allowed)
    {
        var review = $$"""
            apiVersion: authorization.k8s.io/v1
            kind: SubjectAccessReview
            spec:
              user: system:serviceaccount:admissionguard-system:admissionguard
              resourceAttributes: {group: capsule.clastix.io, resource: capsuleconfigurations, name: default, verb: {{verb}}}
            """;

        var answer = (await cluster.Plane.Admin.WithInputAsync(review, "create", "-f", "-", "-o", "jsonpath={.status.allowed}")).Ok();

        Assert.Equal(allowed, answer);
    }

    [Theory]
    [InlineData("mover", "adopt", true)]
    [InlineData("mover", "release", true)]
    [InlineData("mover", "override", false)]
    [InlineData("alice", "adopt", false)]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector", "release", true)]
    [InlineData("system:kube-controller-manager", "release", true)]
    public async Task The_two_verbs_are_asked_as_the_documentation_says(string user, string verb, bool has) =>
        Assert.Equal(has ? "yes" : "no", await CanIAsync(user, verb, "tenants.capsule.clastix.io/gas"));

    private async Task<string> CanIAsync(string user, string verb, string resource) =>
        (await cluster.Plane.Admin.RunAsync("auth", "can-i", verb, resource, "--as", user, "-A")).Output.Trim();
}
