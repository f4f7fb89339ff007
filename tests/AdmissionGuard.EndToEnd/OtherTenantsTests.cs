using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A cluster whose tenants are Teams of another API group, with verbs of their own: said by a file, a variable and a flag.
/// </summary>
public sealed class TeamCluster : IAsyncLifetime
{
    public const string LabelKey = "example.com/team";

    private const string Configuration = """
        tenant:
          labelKey: example.com/team
          group: platform.example.com
          version: v1
          kind: Team
          plural: teams
        verbs:
          release: let-go
          override: overrule
        protectedNamespaces: [vault-*]
        """;

    private const string Teams = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: teams.platform.example.com}
        spec:
          group: platform.example.com
          scope: Cluster
          names: {kind: Team, listKind: TeamList, plural: teams, singular: team}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """;

    private const string Rights = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: guard-reads-teams}
        rules: [{apiGroups: [platform.example.com], resources: [teams], verbs: [get, list]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: guard-reads-teams}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: guard-reads-teams}
        subjects: [{kind: ServiceAccount, name: admissionguard, namespace: admissionguard-system}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: moves-between-teams}
        rules: [{apiGroups: [platform.example.com], resources: [teams], verbs: [let-go, take-in]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: moves-between-teams}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: moves-between-teams}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: mover}, {apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: overrules-for-red}
        rules: [{apiGroups: [platform.example.com], resources: [teams], resourceNames: [red], verbs: [overrule]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: overrules-for-red}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: overrules-for-red}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}]
        """;

    public ControlPlane Plane { get; private set; } = null!;

    public Guard Guard { get; private set; } = null!;

    public string BlueUid { get; private set; } = "";

    public string RedUid { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync(Console.Error.WriteLine, CancellationToken.None, withTenants: false);
        await TestUsers.CreateAsync(Plane);
        await Plane.Admin.ApplyAsync(Teams);
        await Plane.Admin.ApplyAsync(Rights);
        await Poll.UntilAsync(
            "the Team resource",
            TimeSpan.FromMinutes(1),
            async () => (await Plane.Admin.RunAsync("get", "teams")).ExitCode == 0,
            CancellationToken.None);
        (BlueUid, RedUid) = (await CreateTeamAsync("blue"), await CreateTeamAsync("red"));

        var file = Path.Combine(Plane.Folder, "config.yaml");
        await File.WriteAllTextAsync(file, Configuration);
        Guard = await Guard.StartAsync(Plane, CancellationToken.None, settings: new GuardSettings
        {
            Arguments = ["--config", file, "--set", "verbs.adopt=take-in"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ADMISSIONGUARD__RULES__REASONGIVEN"] = "warn" },
            LabelKey = LabelKey,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await (Guard?.DisposeAsync() ?? default);
        await (Plane?.DisposeAsync() ?? default);
    }

    /// <summary>A namespace of team <c>blue</c>: its label is all that is written.</summary>
    public async Task<string> NewNamespaceAsync()
    {
        var name = $"billing-{Guid.NewGuid():N}"[..20];
        await Plane.Admin.ApplyAsync($$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: {{name}}, labels: { {{LabelKey}}: blue } }
            """);
        return name;
    }

    /// <summary>The stored label, and every stored reference with its kind and UID.</summary>
    public async Task<string> TenancyAsync(string name)
    {
        var metadata = JsonNode.Parse(await Plane.Admin.OkAsync("get", "namespace", name, "-o", "json"))!["metadata"]!;
        var references = metadata["ownerReferences"]?.AsArray().Select(r => $"{r!["apiVersion"]} {r["kind"]} {r["name"]}={r["uid"]}") ?? [];
        return $"{metadata["labels"]?[LabelKey]?.ToString() ?? "-"} | {string.Join(", ", references)}";
    }

    private async Task<string> CreateTeamAsync(string name)
    {
        await Plane.Admin.ApplyAsync($$"""
            apiVersion: platform.example.com/v1
            kind: Team
            metadata: {name: {{name}}}
            """);
        return await Plane.Admin.OkAsync("get", "team", name, "-o", "jsonpath={.metadata.uid}");
    }
}

public sealed class OtherTenantsTests(TeamCluster cluster) : IClassFixture<TeamCluster>
{
    [Fact]
    public async Task A_label_moves_a_namespace_from_team_to_team()
    {
        var name = await cluster.NewNamespaceAsync();
        Assert.Equal($"blue | platform.example.com/v1 Team blue={cluster.BlueUid}", await cluster.TenancyAsync(name));

        var move = await cluster.Plane.KubectlAs("mover").RunAsync("label", "ns", name, $"{TeamCluster.LabelKey}=red", "--overwrite");

        Assert.True(move.ExitCode == 0, move.Error);
        Assert.Contains(
            $"{name} may move from tenant blue to red; ownerReference set to red (uid {cluster.RedUid[..8]}-…)",
            move.Error,
            StringComparison.Ordinal);
        // The variable's doing: by default nobody is asked for a reason.
        Assert.Contains("rule reasonGiven", move.Error, StringComparison.Ordinal);
        Assert.Equal($"red | platform.example.com/v1 Team red={cluster.RedUid}", await cluster.TenancyAsync(name));
    }

    [Fact]
    public async Task Without_the_verbs_the_refusal_names_them_and_the_resource()
    {
        var name = await cluster.NewNamespaceAsync();

        var move = await cluster.Plane.KubectlAs("alice").RunAsync("label", "ns", name, $"{TeamCluster.LabelKey}=red", "--overwrite");

        Assert.NotEqual(0, move.ExitCode);
        Assert.Contains(
            $"alice may not move namespace {name} from tenant blue to red: needs \"let-go\" on teams.platform.example.com \"blue\" and \"take-in\" on teams.platform.example.com \"red\"",
            move.Error,
            StringComparison.Ordinal);
        Assert.Equal($"blue | platform.example.com/v1 Team blue={cluster.BlueUid}", await cluster.TenancyAsync(name));
    }

    [Fact]
    public async Task An_override_takes_the_verb_that_was_chosen_for_it()
    {
        var name = $"vault-{Guid.NewGuid():N}"[..20];
        await cluster.Plane.Admin.OkAsync("create", "namespace", name);
        string[] label = ["label", "ns", name, $"{TeamCluster.LabelKey}=red", "--field-manager=override: INC-7"];

        var refused = await cluster.Plane.KubectlAs("mover").RunAsync(label);
        var overridden = await cluster.Plane.KubectlAs("bob").RunAsync(label);

        Assert.Contains("rule protectedNamespaces: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("needs \"overrule\" on teams.platform.example.com \"red\"", refused.Error, StringComparison.Ordinal);
        Assert.Contains("bob overrides protectedNamespaces: INC-7", overridden.Error, StringComparison.Ordinal);
        Assert.Equal($"red | platform.example.com/v1 Team red={cluster.RedUid}", await cluster.TenancyAsync(name));
    }

    [Fact]
    public async Task A_mistyped_UID_is_repaired_here_too()
    {
        var name = await cluster.NewNamespaceAsync();

        await cluster.Plane.KubectlAs("alice").OkAsync(
            "patch",
            "ns",
            name,
            "--type=merge",
            "-p",
            """{"metadata":{"ownerReferences":[{"apiVersion":"platform.example.com/v1","kind":"Team","name":"blue","uid":"2952b351-0000-4000-8000-000000000000"}]}}""");

        Assert.Equal($"blue | platform.example.com/v1 Team blue={cluster.BlueUid}", await cluster.TenancyAsync(name));
    }

    [Fact]
    public async Task What_Capsule_sets_are_a_label_and_a_reference_like_any_other()
    {
        var name = await cluster.NewNamespaceAsync();

        var label = await cluster.Plane.KubectlAs("alice").RunAsync("label", "ns", name, $"{GuardedCluster.LabelKey}=anything");

        Assert.Equal((0, ""), (label.ExitCode, label.Error));
        Assert.Equal($"blue | platform.example.com/v1 Team blue={cluster.BlueUid}", await cluster.TenancyAsync(name));
    }
}
