using System.Text.Json.Nodes;
using AdmissionGuard.Tools.Diagnosing;
using static AdmissionGuard.Testing.ReviewJson;

namespace AdmissionGuard.Integration.Tests.Capsule;

/// <summary>Every command reads the CapsuleConfiguration that the settings name, so that all of them decide as the server does.</summary>
public sealed class CapsuleConfigurationNameTests : IAsyncLifetime
{
    private const string Group = "/apis/capsule.clastix.io/v1beta2";
    private const string OtherGroup = "/apis/example.com/v1beta2";
    private const string ToDefault = """{"protectedNamespaceRegex":"^bill"}""";
    private const string ToAcme = """{"protectedNamespaceRegex":"^billing$","administrators":[{"kind":"User","name":"mover"}]}""";

    private StubInstallation _here = null!;

    public async ValueTask InitializeAsync()
    {
        _here = await StubInstallation.StartAsync();
        _here.InstallCapsule("v0.14.0", ToDefault);
        _here.Cluster.Answers[$"{Group}/capsuleconfigurations/acme"] = Configuration("capsule.clastix.io", "acme", ToAcme);
        // What an API server answers where the name is empty: the list.
        _here.Cluster.Answers[$"{Group}/capsuleconfigurations/"] = """{"kind":"CapsuleConfigurationList","items":[]}""";
        _here.Cluster.Answers[$"{OtherGroup}/capsuleconfigurations/default"] = Configuration("example.com", "default", ToDefault);
        foreach (var tenant in new[] { "oil", "gas" })
        {
            _here.Cluster.Answers[$"{OtherGroup}/tenants/{tenant}"] =
                $$$"""{"apiVersion":"example.com/v1beta2","kind":"Tenant","metadata":{"name":"{{{tenant}}}","uid":"{{{tenant}}}-uid"}}""";
        }
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    /// <summary>
    /// A setting, and the pattern for protected namespaces that holds by it; <see langword="null"/> where no CapsuleConfiguration is read.
    /// </summary>
    public static TheoryData<string, string?> Settings() => new()
    {
        { "mode=enforce", "^bill" },
        { "capsuleConfiguration=acme", "^billing$" },
        { "capsuleConfiguration=", null },
        { "tenant.group=example.com", null },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Serve_decides_by_the_configured_one(string setting, string? pattern)
    {
        var kubeconfig = await _here.Cluster.KubeconfigAsync();
        var guard = await RunningGuard.StartAsync(options: options => options with { Kubeconfig = kubeconfig, Set = [setting] });
        await using (guard)
        {
            var response = await guard.AskAsync("mutate", Update(Namespace("oil", "oil=oil-uid"), Namespace("gas", "oil=oil-uid")));

            Assert.Equal(pattern is null, (bool)response["allowed"]!);
            AssertPattern(pattern, (string?)response["status"]?["message"] ?? "");
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Check_decides_by_the_configured_one(string setting, string? pattern)
    {
        using var check = new CheckRun();
        var group = setting.StartsWith("tenant.group=", StringComparison.Ordinal) ? "example.com" : "capsule.clastix.io";
        check.Write("grants/grants.yaml", $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: migrators
            rules: [ {apiGroups: [{{group}}], resources: [tenants], verbs: [release, adopt]} ]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: migrators
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: migrators}
            subjects: [ {apiGroup: rbac.authorization.k8s.io, kind: User, name: mover} ]
            """);
        check.Write(
            "tenants/oil.json",
            $$$"""{"apiVersion":"{{{group}}}/v1beta2","kind":"Tenant","metadata":{"name":"oil","uid":"0a11e5e1-8d5c-4a1b-9e6f-1c2d3e4f5a6b"}}""");
        check.Write(
            "tenants/gas.json", $$$"""{"apiVersion":"{{{group}}}/v1beta2","kind":"Tenant","metadata":{"name":"gas","uid":"gas-uid"}}""");
        check.Write("tenants/default.json", Configuration(group, "default", ToDefault));
        check.Write("tenants/acme.json", Configuration(group, "acme", ToAcme));

        var answer = await check.RunAsync(
            "--old", check.Write("old.yaml", CheckRun.Billing("oil")),
            "--new", check.Write("new.yaml", CheckRun.Billing("gas")),
            "--as", "mover",
            "--tenants", Path.Combine(check.Folder, "tenants"),
            "--grants", Path.Combine(check.Folder, "grants"),
            "--set", setting);

        Assert.Equal((pattern is null ? 0 : 1, ""), (answer.ExitCode, answer.Error));
        AssertPattern(pattern, answer.Output);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("config: {capsuleConfiguration: acme}", "")]
    [InlineData("config: {capsuleConfiguration: acme}", "metadata: {name: acme}, ")]
    [InlineData("config: {capsuleConfiguration: acme}", "metadata: {name: default}, ", null)]
    [InlineData("config: {capsuleConfiguration: ''}", "", null)]
    [InlineData("config: {tenant: {version: v1}}", "")]
    public async Task A_case_that_names_none_means_the_configured_one(string config, string metadata, string? pattern = "^billing$")
    {
        using var check = new CheckRun();
        var verdict = pattern is null ? "complete" : "deny";

        var answer = await check.RunAsync(check.Write("case.yaml", $$$"""
            apiVersion: admissionguard.io/v1alpha1
            kind: Case
            name: a case
            description: A case.
            {{{config}}}
            tenants: [{metadata: {name: gas, uid: 2952b351-7a0e-4c3f-8b21-6d5e4f3a2b1c}}]
            capsuleConfiguration: { {{{metadata}}}spec: {protectedNamespaceRegex: ^billing$} }
            grants:
            - {kind: ClusterRole, metadata: {name: adopters}, rules: [{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt]}]}
            - {kind: ClusterRoleBinding, metadata: {name: adopters}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: adopters}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: mover}]}
            user: mover
            old: {metadata: {name: billing}}
            patch: {metadata: {labels: {capsule.clastix.io/tenant: gas}} }
            expect: {verdict: {{{verdict}}}}
            """));

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Plan_decides_by_the_configured_one(string setting, string? pattern)
    {
        var answer = await _here.Cluster.PlanAsync("billing", "--to", "gas", "--as", "mover", "--set", setting, "-o", "json");

        var plan = JsonNode.Parse(answer.Output)!;
        Assert.Equal(pattern is null, (string?)plan["verdict"] is not "deny");
        AssertPattern(pattern, (string?)plan["message"] ?? "");
    }

    [Theory]
    [InlineData("mode=enforce", "Capsule 0.14.0: mover is not one of its administrators; the change would be refused", true)]
    [InlineData("capsuleConfiguration=acme", "Capsule 0.14.0: mover is one of its administrators; the change would be accepted", false)]
    [InlineData(
        "capsuleConfiguration=", "unknown: Capsule 0.14.0, whose CapsuleConfiguration could not be read (none is configured)", false)]
    [InlineData(
        "tenant.group=example.com", "unknown: Capsule 0.14.0, whose CapsuleConfiguration could not be read (none is configured)", false)]
    public async Task Plan_predicts_Capsules_answer_by_the_configured_one(string setting, string words, bool isRefused)
    {
        var answer = await _here.Cluster.PlanAsync("billing", "--to", "gas", "--as", "mover", "--set", setting, "-o", "json");

        var capsule = JsonNode.Parse(answer.Output)!["capsule"]!;
        Assert.StartsWith(words, (string)capsule["message"]!, StringComparison.Ordinal);
        Assert.Equal(isRefused, (bool)capsule["refuses"]!);
    }

    [Theory]
    [InlineData(
        "mode=enforce",
        "ok capsule-configuration: CapsuleConfiguration default is valid",
        "failed migrators: Capsule 0.14.0: mover is not one of its administrators",
        "default")]
    [InlineData(
        "capsuleConfiguration=acme",
        "ok capsule-configuration: CapsuleConfiguration acme is valid",
        "ok migrators: Capsule 0.14.0 blocks none of them",
        "acme")]
    [InlineData(
        "capsuleConfiguration=",
        "ok capsule-configuration: none is used",
        "unknown migrators: whom Capsule would block is unknown: none is configured",
        null)]
    public async Task Doctor_looks_at_the_configured_one(string setting, string reading, string migrators, string? name)
    {
        _here.Add(StubInstallation.Mutating, """
            {"metadata":{"name":"00-aaa"},"webhooks":[{"name":"namespaces.mutating.projectcapsule.dev",
             "rules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["namespaces"],"operations":["UPDATE"]}]}]}
            """);

        var answer = await _here.AskAsync(new DoctorOptions { Set = [setting] });

        Assert.Contains(answer.Lines, line => line == reading);
        Assert.Contains(answer.Lines, line => line.StartsWith(migrators, StringComparison.Ordinal));
        Assert.Equal(
            name is null ? [] : [$"kubectl patch capsuleconfiguration {name} --type=merge"],
            answer.Commands("webhook-order").Select(command => command.Split(" -p")[0]));
    }

    [Fact]
    public async Task Doctor_reads_it_in_the_version_that_serve_reads()
    {
        var answer = await _here.AskAsync(new DoctorOptions { Set = ["tenant.version=v1"] });

        Assert.Contains("ok capsule-configuration: CapsuleConfiguration default is valid", answer.Lines);
        Assert.Contains($"GET {StubInstallation.CapsuleConfiguration}", _here.Cluster.Asked);
    }

    private static string Configuration(string group, string name, string spec) =>
        $$$"""{"apiVersion":"{{{group}}}/v1beta2","kind":"CapsuleConfiguration","metadata":{"name":"{{{name}}}"},"spec":{{{spec}}}}""";

    private static void AssertPattern(string? pattern, string message)
    {
        if (pattern is null)
        {
            Assert.DoesNotContain("protects namespaces whose names match", message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(
                $"the CapsuleConfiguration protects namespaces whose names match \"{pattern}\"", message, StringComparison.Ordinal);
        }
    }
}
