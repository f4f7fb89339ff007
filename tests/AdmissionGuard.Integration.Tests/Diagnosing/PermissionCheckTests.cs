using System.Text.Json.Nodes;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of the permissions of the guard and of the garbage collector.</summary>
public sealed class PermissionCheckTests : IAsyncLifetime
{
    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Theory]
    [InlineData("tenants get", "failed guard-rights", "get tenants.capsule.clastix.io", "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData(
        "subjectaccessreviews create",
        "failed guard-rights",
        "create subjectaccessreviews.authorization.k8s.io",
        "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData(
        "capsuleconfigurations get",
        "failed guard-rights",
        "get capsuleconfigurations.capsule.clastix.io default",
        "kubectl apply -f deploy/base/rbac.yaml")]
    [InlineData("namespaces list", "warning guard-rights", "list namespaces", "kubectl apply -f deploy/base/rbac.yaml")]
    public async Task A_right_that_the_guard_lacks_is_named(string right, string start, string words, string command)
    {
        var allows = _here.Cluster.Allows;
        _here.Cluster.Allows = spec => RightIn(spec) != right && allows(spec);

        var answer = await _here.AskAsync();

        Assert.Equal([$"{start}: {StubInstallation.Guard} may not {words}"], answer.Errors);
        Assert.Equal([command], answer.Commands("guard-rights"));
    }

    [Fact]
    public async Task A_guard_that_keeps_its_own_certificates_needs_the_rights_for_that()
    {
        _here.Change(StubInstallation.Deployments, deployment => StubInstallation.Arguments(deployment).Add("--certificates=self-managed"));

        var line = Assert.Single((await _here.AskAsync()).Errors);

        Assert.Contains(
            "get secrets admissionguard-tls in admissionguard-system, update secrets admissionguard-tls in admissionguard-system, get leases.coordination.k8s.io",
            line,
            StringComparison.Ordinal);
        Assert.Contains(
            "patch validatingwebhookconfigurations.admissionregistration.k8s.io 00-admissionguard", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_that_the_guard_has_too_many_are_named()
    {
        _here.Cluster.Allows = _ => true;

        var line = Assert.Single((await _here.AskAsync()).Errors);

        Assert.StartsWith(
            $"warning excess-rights: {StubInstallation.Guard} has more permissions than it needs: create namespaces, update namespaces, patch namespaces, delete namespaces, get secrets, list secrets, ",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_garbage_collector_may_release()
    {
        var allows = _here.Cluster.Allows;
        _here.Cluster.Allows = spec => (string?)spec["user"] != "system:kube-controller-manager" && allows(spec);

        Assert.Equal(
            [
                "warning garbage-collector: system:kube-controller-manager may not release tenants.capsule.clastix.io: kubectl delete tenant --cascade=orphan never completes",
            ],
            (await _here.AskAsync()).Errors);
    }

    [Theory]
    [InlineData("v0.14.0", "Capsule 0.14.0", "")]
    [InlineData("v0.13.4", "Capsule 0.13.4", "")]
    [InlineData("latest", "Capsule 0.13 and newer", ", and this is Capsule 0.13.2 or newer (which one could not be read)")]
    public async Task Beside_Capsule_0_13_and_newer_orphaning_destroys_the_namespaces_and_the_way_that_works_is_told(
        string version, string which, string uncertainty)
    {
        _here.InstallCapsule(version, """{"administrators":[{"kind":"User","name":"mover"}]}""");

        var answer = await _here.AskAsync();

        Assert.Contains(
            "warning garbage-collector: kubectl delete tenant --cascade=orphan deletes the tenant's namespaces: "
            + $"{which} refuses the garbage collector's release and deletes them{uncertainty}",
            answer.Lines);
        Assert.Equal(
            ["kubectl label namespaces -l capsule.clastix.io/tenant=TENANT capsule.clastix.io/tenant-"],
            answer.Commands("garbage-collector"));
    }

    [Theory]
    [InlineData("v0.12.4")]
    [InlineData("v0.10.0")]
    [InlineData("")]
    public async Task Beside_an_older_Capsule_or_none_orphaning_keeps_the_namespaces(string version)
    {
        if (version.Length > 0)
        {
            _here.InstallCapsule(version, "{}");
        }

        Assert.Contains(
            "ok garbage-collector: it may release namespaces, so kubectl delete tenant --cascade=orphan keeps them",
            (await _here.AskAsync()).Lines);
    }

    [Fact]
    public async Task Where_nobody_knows_which_Capsule_there_is_the_namespaces_may_be_destroyed()
    {
        _here.Cluster.Codes[StubInstallation.Validating] = 403;

        Assert.Contains(
            "warning garbage-collector: kubectl delete tenant --cascade=orphan deletes the tenant's namespaces: "
            + "Capsule 0.13 and newer refuses the garbage collector's release and deletes them, and the installed version of Capsule is unknown",
            (await _here.AskAsync()).Lines);
    }

    private static string RightIn(JsonNode spec) => $"{spec["resourceAttributes"]!["resource"]} {spec["resourceAttributes"]!["verb"]}";
}
