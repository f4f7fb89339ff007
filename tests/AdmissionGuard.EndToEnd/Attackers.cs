using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>The attackers of Capsule's advisories, with the permissions that these give them and no others.</summary>
public sealed class Attackers(GuardedCluster cluster) : IAsyncLifetime
{
    /// <summary>Has what capsule-namespace-provisioner gives to every owner of a tenant, for the whole cluster.</summary>
    public const string Provisioner = "eve";

    /// <summary>May write the subresources, and not the namespaces themselves.</summary>
    public const string OfSubResources = "mallory";

    /// <summary>Both, as a Tenant's owners.</summary>
    public string AsOwners => $$"""{"kind":"User","name":"{{Provisioner}}"},{"kind":"User","name":"{{OfSubResources}}"}""";

    public async ValueTask InitializeAsync()
    {
        await cluster.Plane.Admin.ApplyAsync("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: capsule-system}
            """);
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User(Provisioner),
            Provisioner,
            """{apiGroups: [""], resources: [namespaces], verbs: [get, create, update, patch]}""",
            "patch namespaces");
        await Rights.GrantAsync(
            cluster.Plane,
            Rights.User(OfSubResources),
            OfSubResources,
            """{apiGroups: [""], resources: [namespaces/status, namespaces/finalize], verbs: [update, patch]}""",
            "update namespaces --subresource=finalize");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>An account inside a namespace that may edit that namespace.</summary>
    public async Task<Kubectl> InsideAsync(string name)
    {
        await cluster.Plane.Admin.OkAsync("create", "serviceaccount", "app", "--namespace", name);
        await Rights.GrantAsync(
            cluster.Plane,
            $"{{kind: ServiceAccount, name: app, namespace: {name}}}",
            $"system:serviceaccount:{name}:app",
            """{apiGroups: [""], resources: [namespaces], verbs: [get, update, patch]}""",
            "patch namespaces",
            name);
        return await cluster.Plane.KubectlAsServiceAccountAsync(name, "app");
    }
}
