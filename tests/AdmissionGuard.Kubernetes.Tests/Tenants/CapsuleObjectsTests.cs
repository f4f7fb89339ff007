using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;
using AdmissionGuard.Kubernetes.Tenants;

namespace AdmissionGuard.Kubernetes.Tests.Tenants;

/// <summary>What is read of Capsule's objects, as the API server writes them.</summary>
public sealed class CapsuleObjectsTests
{
    [Fact]
    public void What_a_tenant_manages_is_what_it_says_and_what_Capsule_computes()
    {
        var managed = Tenant("""
            {
              "metadata": {"name": "gas", "uid": "u", "annotations": {
                "capsule.clastix.io/forbidden-namespace-labels": "a,b", "capsule.clastix.io/forbidden-namespace-labels-regexp": "^a",
                "capsule.clastix.io/forbidden-namespace-annotations": "c",
                "capsule.clastix.io/forbidden-namespace-annotations-regexp": "^c",
                "another": "annotation"}},
              "spec": {
                "cordoned": true,
                "nodeSelector": {"pool": "gas", "disk": "ssd"},
                "ingressOptions": {"allowedClasses": {"allowed": ["nginx", "haproxy"], "allowedRegex": "^ng"}},
                "storageClasses": {"default": "slow", "allowed": ["slow"], "allowedRegex": "^s"},
                "containerRegistries": {"allowed": ["docker.io"], "allowedRegex": ".*"},
                "namespaceOptions": {
                  "managedMetadataOnly": true,
                  "additionalMetadata": {"labels": {"team": "gas"}, "annotations": {"note": "kept"}},
                  "additionalMetadataList": [
                    {"labels": {"for": "{{ namespace }}"}},
                    {"namespaceSelector": {
                      "matchLabels": {"tier": "gold"},
                      "matchExpressions": [
                        {"key": "env", "operator": "In", "values": ["prod"]}, {"key": "test", "operator": "DoesNotExist"}]},
                     "annotations": {"contact": "gold"}}]}}
            }
            """).Managed;

        Assert.True(managed.RemovesOthers);
        Assert.Equal(["team=gas", "projectcapsule.dev/cordoned=true"], Shown(managed.Labels));
        Assert.Equal(
            [
                "note=kept",
                "scheduler.alpha.kubernetes.io/node-selector=disk=ssd,pool=gas",
                "capsule.clastix.io/ingress-classes=nginx,haproxy", "capsule.clastix.io/ingress-classes-regexp=^ng",
                "capsule.clastix.io/storage-classes=slow", "capsule.clastix.io/storage-classes-regexp=^s",
                "capsule.clastix.io/allowed-registries=docker.io", "capsule.clastix.io/allowed-registries-regexp=.*",
                "capsule.clastix.io/forbidden-namespace-labels=a,b", "capsule.clastix.io/forbidden-namespace-labels-regexp=^a",
                "capsule.clastix.io/forbidden-namespace-annotations=c", "capsule.clastix.io/forbidden-namespace-annotations-regexp=^c",
            ],
            Shown(managed.Annotations));
        Assert.Equal(2, managed.Selected.Length);
        Assert.Equal(["for={{ namespace }}"], Shown(managed.Selected[0].Labels));
        Assert.True(managed.Selected[0].Selector.Matches(new Dictionary<string, string?>(StringComparer.Ordinal)));
        Assert.Equal(["contact=gold"], Shown(managed.Selected[1].Annotations));
        Assert.True(managed.Selected[1].Selector.Matches(Labels("tier=gold,env=prod")));
        Assert.All(
            ["env=prod", "tier=gold", "tier=gold,env=prod,test=1"],
            labels => Assert.False(managed.Selected[1].Selector.Matches(Labels(labels))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"namespaceOptions":{}}""")]
    [InlineData("""{"cordoned":false,"storageClasses":{"allowed":[],"allowedRegex":""},"ingressOptions":{}}""")]
    [InlineData("""{"namespaceOptions":{"managedMetadataOnly":false,"additionalMetadata":{},"additionalMetadataList":[]}}""")]
    public void A_tenant_that_says_nothing_of_it_manages_nothing(string spec)
    {
        var managed = Tenant($$"""{"metadata":{"name":"gas","uid":"u"},"spec":{{spec}}}""").Managed;

        Assert.False(managed.RemovesOthers);
        Assert.True(managed is { Labels: [], Annotations: [], Selected: [] });
    }

    [Fact]
    public void Owners_are_read_with_where_they_stand_and_with_their_cluster_roles()
    {
        var tenant = Tenant("""
            {
              "metadata": {"name": "gas", "uid": "u"},
              "spec": {"owners": [{"kind": "User", "name": "alice", "clusterRoles": ["spec-role"]}]},
              "status": {"owners": [
                {"kind": "User", "name": "alice", "clusterRoles": ["admin", "deleter"]}, {"kind": "Group", "name": "dev"}]}
            }
            """);
        var alice = new TenantOwner("User", "alice");

        Assert.Equal([alice, new("Group", "dev")], tenant.Owners);
        Assert.Equal([alice], tenant.SpecOwners);
        Assert.Equal([(alice, "admin"), (alice, "deleter")], tenant.OwnerRoles);
    }

    [Theory]
    [InlineData("{}", "", "capsule-namespace-deleter")]
    [InlineData("""{"protectedNamespaceRegex":"-system$","rbac":{}}""", "-system$", "capsule-namespace-deleter")]
    [InlineData("""{"rbac":{"administrationClusterRoles":["a","b"]}}""", "", "a,b")]
    [InlineData("""{"rbac":{"administrationClusterRoles":[]}}""", "", "")]
    public void The_CapsuleConfiguration_says_what_is_protected_and_what_all_administrators_have(string spec, string pattern, string roles)
    {
        var settings = Valid(CapsuleObjects.ReadConfiguration(JsonNode.Parse($$"""{"spec":{{spec}}}""")!.AsObject()));

        Assert.Equal(pattern, settings.ProtectedNamespaces);
        Assert.Equal(roles, string.Join(',', settings.AdministrationRoles));
    }

    private static Tenant Tenant(string json) =>
        Valid(CapsuleObjects.ReadTenant(JsonNode.Parse(json)!.AsObject(), _ => throw new InvalidOperationException()));

    private static T Valid<T>(TypedObject<T> read) => Assert.IsType<TypedObject<T>.Valid>(read).Value;

    private static IEnumerable<string> Shown(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.Select(pair => $"{pair.Key}={pair.Value}");

    private static Dictionary<string, string?> Labels(string text) =>
        text.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => (string?)pair[1], StringComparer.Ordinal);
}
