using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;

namespace AdmissionGuard.Integration.Tests.Diagnosing;

/// <summary>What the doctor says of Capsule, of who may migrate beside it, and of namespaces whose marks have drifted apart.</summary>
public sealed class CapsuleAndDriftTests : IAsyncLifetime
{
    private const string Administrators = """{"administrators":[{"kind":"User","name":"mover"}]}""";

    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync() => _here = await StubInstallation.StartAsync();

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    [Theory]
    [InlineData("v0.14.0", null)]
    [InlineData("v0.13.10", null)]
    [InlineData(
        "v0.13.9",
        "failed capsule: Capsule 0.13.9: nobody can migrate a namespace, even if the guard allows it: it reverts changes by its administrators, and refuses everyone else")]
    [InlineData(
        "v0.13.0",
        "failed capsule: Capsule 0.13.0: nobody can migrate a namespace, even if the guard allows it: it reverts changes by its administrators, and refuses everyone else")]
    [InlineData("v0.11.2", null)]
    [InlineData(
        "latest",
        "unknown capsule: Capsule 0.13.2 or newer (which one could not be read): with 0.13.0 to 0.13.9 nobody can migrate a namespace; from 0.13.10 its administrators can")]
    public async Task It_promises_no_migration_that_Capsule_makes_impossible(string version, string? line)
    {
        _here.InstallCapsule(version, Administrators);

        var answer = await _here.AskAsync();

        Assert.Equal(line, answer.ErrorsExcept("garbage-collector").SingleOrDefault());
        Assert.Equal(line?.StartsWith("failed", StringComparison.Ordinal) is true ? 1 : 0, answer.ExitCode);
    }

    [Theory]
    [InlineData("tenancy", "system:serviceaccount:capsule-system:tenancy")]
    [InlineData(null, "system:serviceaccount:capsule-system:default")]
    public async Task An_account_of_Capsules_that_is_not_among_the_controllers_is_named_with_what_lists_it(string? account, string user)
    {
        _here.InstallCapsule("v0.14.0", Administrators, account);

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                $"warning tenant-controllers: Capsule's controller runs under {user}, which is not listed: "
                + "one of its stale writes could move a namespace back",
            ],
            answer.ErrorsExcept("garbage-collector"));
        Assert.Equal(["kubectl -n admissionguard-system edit configmap admissionguard-config"], answer.Commands("tenant-controllers"));
        Assert.Contains($"set tenant.controllers to [\"{user}\"]", answer.Remediation("tenant-controllers"), StringComparison.Ordinal);
        answer = await _here.AskAsync(new DoctorOptions { Set = [$"tenant.controllers={user}"] });
        Assert.Contains($"ok tenant-controllers: {user} is listed", answer.Lines);
    }

    [Theory]
    [InlineData("registry.example.com/mirror/capsule@sha256:0123", "{}", true)]
    [InlineData("registry.example.com/tenancy:1", """{"app.kubernetes.io/name":"capsule"}""", true)]
    [InlineData("registry.example.com/capsule-proxy:0.9.0", "{}", false)]
    public async Task Capsules_Deployment_is_known_by_its_image_or_its_label(string image, string labels, bool isFound)
    {
        var line = isFound
            ? "ok tenant-controllers: system:serviceaccount:capsule-system:capsule is listed"
            : "unknown tenant-controllers: the account that Capsule's controller runs under was not found";
        _here.InstallCapsule("v0.14.0", Administrators);
        _here.Change(StubInstallation.CapsuleDeployments, deployment =>
        {
            deployment["metadata"]!["labels"] = JsonNode.Parse(labels);
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
        });

        Assert.Contains(line, (await _here.AskAsync()).Lines);
    }

    [Fact]
    public async Task A_pattern_of_the_CapsuleConfiguration_that_can_not_be_read_has_failed()
    {
        _here.InstallCapsule("v0.14.0", """{"administrators":[{"kind":"User","name":"mover"}],"protectedNamespaceRegex":"(?!a)"}""");

        Assert.Equal(
            [
                "failed capsule-configuration: CapsuleConfiguration default: its pattern for protected namespaces "
                + "(spec.protectedNamespaceRegex) is invalid, \"(?!a)\"; until it is fixed, no namespace can be added to a tenant",
            ],
            (await _here.AskAsync()).ErrorsExcept("garbage-collector"));
    }

    [Fact]
    public async Task A_field_of_the_CapsuleConfiguration_of_another_type_has_failed_once()
    {
        _here.InstallCapsule("v0.14.0", """{"administrators":[{"kind":"User","name":7}]}""");

        Assert.Equal(
            ["failed capsule-configuration: CapsuleConfiguration default: its field $.spec.administrators[0].name has an unexpected type"],
            (await _here.AskAsync()).ErrorsExcept("garbage-collector"));
    }

    [Fact]
    public async Task Capsule_0_12_undoes_what_its_administrators_do()
    {
        _here.InstallCapsule("v0.12.4", Administrators);

        Assert.Equal(
            [
                "warning capsule: Capsule 0.12.4: it reverts changes by its users and administrators, and ignores other users",
                "failed migrators: Capsule 0.12.4: mover is one of its administrators; the change would be reverted without a message",
            ],
            (await _here.AskAsync()).Errors);
    }

    [Fact]
    public async Task Whom_Capsule_would_block_is_named_and_made_its_administrator()
    {
        _here.Bind("User", "mover", "Group", "dev", "ServiceAccount", "argo");
        _here.InstallCapsule("v0.14.0", Administrators);

        var answer = await _here.AskAsync();

        Assert.Contains(
            "ok migrators: allowed by RBAC to migrate between at least two tenants: Group dev, ServiceAccount system:serviceaccount:ci:argo, User mover",
            answer.Lines);
        Assert.Equal(
            ["warning migrators: Capsule 0.14.0 would block Group dev, ServiceAccount system:serviceaccount:ci:argo"],
            answer.ErrorsExcept("garbage-collector"));
        Assert.Equal(
            [
                """kubectl patch capsuleconfiguration default --type=json -p '[{"op":"add","path":"/spec/administrators/-","value":{"kind":"Group","name":"dev"}},{"op":"add","path":"/spec/administrators/-","value":{"kind":"ServiceAccount","name":"system:serviceaccount:ci:argo"}}]'""",
            ],
            answer.Commands("migrators"));
    }

    [Theory]
    [InlineData("{}", """'[{"op":"add","path":"/spec/administrators","value":[{"kind":"User","name":"mover"}]}]'""")]
    [InlineData(
        """{"administrators":[{"kind":"User","name":"mover"}],"ignoreUserWithGroups":["system:authenticated"]}""",
        "remove these groups from spec.ignoreUserWithGroups")]
    public async Task Where_Capsule_blocks_everybody_who_may_it_has_failed(string configuration, string remediation)
    {
        _here.InstallCapsule("v0.14.0", configuration);

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "failed migrators: Capsule 0.14.0: mover is not one of its administrators; the change would be refused: namespace can not be migrated between tenants",
            ],
            answer.ErrorsExcept("garbage-collector"));
        Assert.Contains(remediation, answer.Remediation("migrators"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_one_person_it_says_what_RBAC_and_Capsule_say()
    {
        _here.InstallCapsule("v0.14.0", """{"administrators":[{"kind":"Group","name":"dev"}]}""");
        var allows = _here.Cluster.Allows;
        _here.Cluster.Allows = spec => (string?)spec["user"] != "bob" && allows(spec);

        var alice = await _here.AskAsync(new DoctorOptions { User = "alice", Groups = ["dev"] });
        var bob = await _here.AskAsync(new DoctorOptions { User = "bob" });

        Assert.Empty(alice.ErrorsExcept("garbage-collector"));
        Assert.Contains(
            "ok migrators: alice may release tenants.capsule.clastix.io and adopt tenants.capsule.clastix.io for every tenant",
            alice.Lines);
        Assert.Equal(
            [
                "failed migrators: bob may not release tenants.capsule.clastix.io and adopt tenants.capsule.clastix.io for every tenant (for a single tenant, use admissionguard plan)",
                "failed migrators: Capsule 0.14.0: bob is not one of its administrators; the change would be refused: namespace can not be migrated between tenants",
            ],
            bob.ErrorsExcept("garbage-collector"));
    }

    [Fact]
    public async Task Where_nobody_may_migrate_it_says_so_and_what_to_bind()
    {
        _here.Bind();

        var answer = await _here.AskAsync();

        Assert.Equal(["warning migrators: only cluster admins may migrate"], answer.Errors);
        Assert.Empty(answer.Commands("migrators"));
        Assert.DoesNotContain('<', answer.Remediation("migrators"));
    }

    [Fact]
    public async Task A_service_account_is_found_by_its_user_name_too()
    {
        _here.Bind("User", "system:serviceaccount:ci:argo");

        Assert.Contains(
            "ok migrators: allowed by RBAC to migrate between at least two tenants: ServiceAccount system:serviceaccount:ci:argo",
            (await _here.AskAsync()).Lines);
    }

    [Fact]
    public async Task Of_Capsules_own_account_it_does_not_say_that_Capsule_would_block_it()
    {
        _here.Bind("User", "mover", "User", "system:serviceaccount:capsule-system:capsule");
        _here.InstallCapsule("v0.14.0", Administrators);

        Assert.Empty((await _here.AskAsync()).ErrorsExcept("garbage-collector"));
    }

    [Fact]
    public async Task A_tenant_that_is_created_while_the_doctor_reads_is_not_drift()
    {
        await _here.AskAsync();

        var asked = _here.Cluster.Asked.ToList();
        Assert.True(
            asked.IndexOf($"GET {StubInstallation.Namespaces}") is >= 0 and var namespaces
                && asked.IndexOf($"GET {StubInstallation.Tenants}") > namespaces,
            "the tenants must be read after the namespaces");
    }

    [Theory]
    [InlineData(
        "oil",
        "oil/stale",
        "1 namespace has an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"test","path":"/metadata/ownerReferences/0/uid","value":"stale"},{"op":"replace","path":"/metadata/ownerReferences/0/uid","value":"oil-uid"}]'""")]
    [InlineData(
        "",
        "oil/stale",
        "1 namespace has an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"test","path":"/metadata/ownerReferences/0/uid","value":"stale"},{"op":"replace","path":"/metadata/ownerReferences/0/uid","value":"oil-uid"}]'""")]
    [InlineData(
        "water",
        "water/any",
        "1 namespace has an ownerReference to a tenant that does not exist, and the garbage collector deletes it",
        "label namespace drifted capsule.clastix.io/tenant-")]
    [InlineData(
        "",
        "water/any",
        "1 namespace has an ownerReference to a tenant that does not exist, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences/0"}]'""")]
    [InlineData(
        "gas",
        "oil/oil-uid",
        "1 namespace names different tenants in label and ownerReferences",
        "label namespace drifted capsule.clastix.io/tenant=oil --overwrite")]
    [InlineData(
        "gas",
        "oil/oil-uid gas/gas-uid",
        "1 namespace names different tenants in label and ownerReferences",
        """patch namespace drifted --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences/0"}]'""")]
    [InlineData(
        "gas",
        "oil/stale",
        "1 namespace has an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"test","path":"/metadata/ownerReferences/0/uid","value":"stale"},{"op":"replace","path":"/metadata/ownerReferences/0/uid","value":"oil-uid"}]'""")]
    [InlineData(
        "gas",
        "water/any oil/stale gas/stale",
        "1 namespace has an ownerReference with a UID that is not the live tenant's, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"test","path":"/metadata/ownerReferences/2/uid","value":"stale"},{"op":"replace","path":"/metadata/ownerReferences/2/uid","value":"gas-uid"},{"op":"remove","path":"/metadata/ownerReferences/1"},{"op":"remove","path":"/metadata/ownerReferences/0"}]'""")]
    [InlineData(
        "gas",
        "water/any",
        "1 namespace has an ownerReference to a tenant that does not exist, and the garbage collector deletes it",
        "label namespace drifted capsule.clastix.io/tenant-")]
    [InlineData(
        "",
        "water/any coal/any",
        "1 namespace has an ownerReference to a tenant that does not exist, and the garbage collector deletes it",
        """patch namespace drifted --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences/1"},{"op":"remove","path":"/metadata/ownerReferences/0"}]'""")]
    [InlineData(
        "water",
        "water/any oil/oil-uid",
        "1 namespace names different tenants in label and ownerReferences",
        "label namespace drifted capsule.clastix.io/tenant=oil --overwrite")]
    [InlineData(
        "oil",
        "oil/stale oil/oil-uid",
        "1 namespace names different tenants in label and ownerReferences",
        """patch namespace drifted --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences/0"}]'""")]
    [InlineData(
        "",
        "oil/oil-uid",
        "1 namespace has a tenant's ownerReference and no label",
        "label namespace drifted capsule.clastix.io/tenant=oil --overwrite")]
    [InlineData(
        "oil",
        "",
        "1 namespace has a tenant's label and no ownerReference",
        """patch namespace drifted --type=json -p '[{"op":"add","path":"/metadata/ownerReferences","value":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"oil","uid":"oil-uid"}]}]'""")]
    [InlineData(
        "water", "", "1 namespace has a tenant's label and no ownerReference", "label namespace drifted capsule.clastix.io/tenant-")]
    public async Task Labels_and_references_that_disagree_are_told_with_what_fixes_them(
        string label, string references, string words, string command)
    {
        _here.Add(StubInstallation.Namespaces, StubInstallation.Namespace(
            "drifted",
            label.Length == 0 ? "{}" : $$"""{"capsule.clastix.io/tenant":"{{label}}"}""",
            [
                .. references.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(each => each.Split('/'))
                    .Select(each => StubInstallation.Reference(each[0], each[1])),
            ]));

        var answer = await _here.AskAsync();

        Assert.Equal([$"failed drift: {words}: drifted"], answer.Errors);
        Assert.Equal([$"kubectl {command}"], answer.Commands("drift"));
    }

    [Fact]
    public async Task Of_many_the_first_ten_are_named()
    {
        foreach (var number in Enumerable.Range(10, 12))
        {
            _here.Add(StubInstallation.Namespaces, StubInstallation.Namespace($"n{number}", """{"capsule.clastix.io/tenant":"oil"}"""));
        }

        var answer = await _here.AskAsync();

        Assert.Equal(
            [
                "failed drift: 12 namespaces have a tenant's label and no ownerReference: n10, n11, n12, n13, n14, n15, n16, n17, n18, n19 and 2 more",
            ],
            answer.Errors);
        Assert.Equal(10, answer.Commands("drift").Count);
    }

    [Fact]
    public async Task A_cluster_without_the_tenants_resource_is_told()
    {
        _here.Cluster.Answers.TryRemove(StubInstallation.Tenants, out _);

        Assert.Equal(["failed drift: this cluster does not serve tenants.capsule.clastix.io v1beta2"], (await _here.AskAsync()).Errors);
    }
}
