using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;
using AdmissionGuard.Tools.Manifests;
using AdmissionGuard.Tools.Rbac;

namespace AdmissionGuard.Tests.Checking;

public sealed class RbacTests : IDisposable
{
    private readonly CheckRun _files = new();
    private readonly InputErrors _errors = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt]}", true)]
    [InlineData("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", true)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [release, adopt], resourceNames: [oil, gas]}", true)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt], resourceNames: []}", true)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt], resourceNames: ['*']}", false)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt], resourceNames: [oil]}", false)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [release]}", false)]
    [InlineData("{apiGroups: [''], resources: [tenants], verbs: [adopt]}", false)]
    [InlineData("{apiGroups: [capsule.clastix.io], resources: [tenants/status], verbs: [adopt]}", false)]
    [InlineData("{nonResourceURLs: ['*'], verbs: ['*']}", false)]
    public async Task A_rule_grants_what_Kubernetes_would_grant(string rule, bool isGranted) =>
        Assert.Equal(
            isGranted, await MayAdoptGasAsync(User("mover"), $"{Role("mover", rule)}{Binding("mover", "{kind: User, name: mover}")}"));

    [Theory]
    [InlineData("{kind: User, name: mover}", true)]
    [InlineData("{kind: User, name: Mover}", false)]
    [InlineData("{kind: Group, name: platform, apiGroup: rbac.authorization.k8s.io}", true)]
    [InlineData("{kind: Group, name: mover}", false)]
    [InlineData("{kind: User, name: platform}", false)]
    public async Task A_subject_is_a_user_or_a_group_by_its_exact_name(string subject, bool isGranted) =>
        Assert.Equal(isGranted, await MayAdoptGasAsync(User("mover", "platform"), $"{Role("mover")}{Binding("mover", subject)}"));

    [Fact]
    public async Task A_service_account_is_a_subject_by_namespace_and_name()
    {
        var grants = $"{Role("mover")}{Binding("mover", "{kind: ServiceAccount, name: bot, namespace: ci}")}";

        Assert.True(await MayAdoptGasAsync(User("system:serviceaccount:ci:bot"), grants));
        Assert.False(await MayAdoptGasAsync(User("system:serviceaccount:cd:bot"), grants));
    }

    [Fact]
    public async Task Without_a_grant_only_masters_may()
    {
        Assert.False(await MayAdoptGasAsync(User("admin", "system:authenticated"), Role("mover")));
        Assert.True(await MayAdoptGasAsync(User("admin", "system:masters"), Role("mover")));
    }

    [Fact]
    public async Task A_role_binding_grants_nothing_on_what_has_no_namespace() => Assert.False(await MayAdoptGasAsync(
        User("mover"),
        $"{Role("mover")}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: mover, namespace: billing}}\nroleRef: {{kind: ClusterRole, name: mover}}\nsubjects: [{{kind: User, name: mover}}]\n"));

    [Fact]
    public async Task The_roles_that_every_cluster_has_need_no_file()
    {
        Assert.True(await MayAdoptGasAsync(User("mover"), Binding("cluster-admin", "{kind: User, name: mover}")));
        Assert.False(await MayAdoptGasAsync(User("mover"), Binding("view", "{kind: User, name: mover}")));
    }

    [Fact]
    public async Task A_binding_to_a_role_that_is_not_there_grants_nothing() =>
        Assert.False(await MayAdoptGasAsync(User("mover"), $"{Role("mover")}{Binding("gone", "{kind: User, name: mover}")}"));

    [Theory]
    [InlineData("admin", "admin", true)]
    [InlineData("edit", "admin", true)]
    [InlineData("view", "admin", true)]
    [InlineData("view", "edit", true)]
    [InlineData("view", "view", true)]
    [InlineData("admin", "edit", false)]
    [InlineData("edit", "view", false)]
    public async Task What_is_labelled_for_a_role_of_every_cluster_is_in_it_and_in_those_above(
        string label, string bound, bool isGranted) => Assert.Equal(
        isGranted,
        await MayAdoptGasAsync(
            User("mover"),
            Role("mover", labels: $"rbac.authorization.k8s.io/aggregate-to-{label}: 'true'")
                + Binding(bound, "{kind: User, name: mover}")));

    [Fact]
    public async Task A_role_of_every_cluster_that_is_in_the_files_is_as_it_is_there() => Assert.False(await MayAdoptGasAsync(
        User("mover"),
        Role("mover", labels: "rbac.authorization.k8s.io/aggregate-to-view: 'true'")
            + Role("view", "{apiGroups: [''], resources: [pods], verbs: [get]}")
            + Binding("view", "{kind: User, name: mover}")));

    [Fact]
    public async Task Roles_of_one_name_in_two_namespaces_are_two() => Assert.True(await MayAdoptGasAsync(
        User("mover"),
        NamespacedRole("a") + NamespacedRole("b") + Role("mover") + Binding("mover", "{kind: User, name: mover}")));

    [Fact]
    public async Task An_aggregated_role_has_the_rules_of_those_that_it_selects_also_through_others()
    {
        var grants = Role("part", labels: "part: 'true'")
            + Aggregated("middle", "{matchLabels: {part: 'true'}}", "middle: 'true'")
            + Aggregated("whole", "{matchLabels: {middle: 'true'}}", "whole: 'true'")
            + Binding("whole", "{kind: User, name: mover}");

        Assert.True(await MayAdoptGasAsync(User("mover"), grants));
    }

    [Theory]
    [InlineData("{matchExpressions: [{key: elsewhere, operator: Exists}]}", true)]
    [InlineData("{matchLabels: {elsewhere: 'true'}}", false)]
    [InlineData("{matchLabels: {part: 'true'}}", false)]
    [InlineData("", false)]
    public async Task Rules_beside_an_aggregation_count_only_where_that_is_not_resolved(string selector, bool isGranted)
    {
        var printed = Aggregated("whole", selector, "whole: 'true'") + "rules: [{apiGroups: ['*'], resources: ['*'], verbs: [adopt]}]\n";
        var part = Role("part", "{apiGroups: [''], resources: [pods], verbs: [get]}", "part: 'true'");

        Assert.Equal(isGranted, await MayAdoptGasAsync(User("mover"), printed + part + Binding("whole", "{kind: User, name: mover}")));
    }

    [Theory]
    [InlineData(
        "kind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: ['*'], resource: ['*'], verbs: ['*']}]",
        "rules[0].resource: is an unknown field")]
    [InlineData("kind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: ['*'], resources: ['*']}]", "rules[0]: verbs are required")]
    [InlineData(
        "kind: ClusterRole\nmetadata: {name: a}\nrules: [{apiGroups: '*', resources: ['*'], verbs: ['*']}]",
        "rules[0].apiGroups: has an unexpected type")]
    [InlineData(
        "kind: ClusterRole\nmetadata: {name: a}\naggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: a, operator: Exists}]}]}",
        "clusterRoleSelectors[0].matchExpressions: only matchLabels are supported")]
    [InlineData("kind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {kind: Role, name: a}", "roleRef: must name a ClusterRole")]
    [InlineData(
        "kind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: bot}]",
        "subjects[0]: must be a User or a Group with its name, or a ServiceAccount with its name and namespace")]
    [InlineData(
        "kind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: view}\nsubjects: [{knd: User, name: bob}]",
        "subjects[0].knd: is an unknown field")]
    [InlineData("kind: ClusterRoel\nmetadata: {name: a}", "kind: ClusterRoel is not a kind of rbac.authorization.k8s.io")]
    public void What_is_no_RBAC_is_complained_of(string text, string words)
    {
        Read($"apiVersion: rbac.authorization.k8s.io/v1\n{text}\n");

        Assert.Contains(_errors.All, error => error.ToString().Contains(words, StringComparison.Ordinal));
    }

    private static UserInfo User(string name, params string[] groups) => new(name, "", [.. groups], []);

    private static string Role(
        string name, string rule = "{apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [adopt]}", string labels = "") =>
        $"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nrules: [{rule}]\n";

    private static string NamespacedRole(string space) =>
        $"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: mover, namespace: {space}}}\nrules: []\n";

    private static string Aggregated(string name, string selector, string labels) =>
        $"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: {name}, labels: {{{labels}}}}}\naggregationRule: {{clusterRoleSelectors: [{selector}]}}\n";

    private static string Binding(string role, string subject) =>
        $"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: {role}}}\nroleRef: {{kind: ClusterRole, name: {role}}}\nsubjects: [{subject}]\n";

    private async Task<bool> MayAdoptGasAsync(UserInfo user, string grants)
    {
        var authorizer = Read(grants);
        Assert.Empty(_errors.All);
        using var deadline = new Deadline(TimeProvider.System, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return await authorizer.AskAsync(user, "adopt", "gas", deadline) is Permission.Granted;
    }

    private RbacAuthorizer Read(string text) => RbacAuthorizer.Read(
        ManifestStore.Empty.With(
            new DocumentReader(() => TextReader.Null, _errors).Read(_files.Write($"{Guid.NewGuid()}.yaml", text)),
            _errors), new TenantKind(), _errors);
}
