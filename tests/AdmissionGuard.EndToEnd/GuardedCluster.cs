using System.Text.Json.Nodes;
using AdmissionGuard.TestCluster;

[assembly: AssemblyFixture(typeof(AdmissionGuard.EndToEnd.GuardedCluster))]

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A control plane with the guard in front of it, for tests that leave both alone. Each test has tenants and namespaces of its own.
/// </summary>
public sealed class GuardedCluster : IAsyncLifetime
{
    public const string LabelKey = "capsule.clastix.io/tenant";

    private static int _scenes;

    public ControlPlane Plane { get; private set; } = null!;

    public Guard Guard { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync(Console.Error.WriteLine, CancellationToken.None);
        await TestUsers.CreateAsync(Plane);
        Guard = await Guard.StartAsync(Plane, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (Guard?.DisposeAsync() ?? default);
        await (Plane?.DisposeAsync() ?? default);
    }

    /// <summary>Two tenants and a namespace bound to the first, under names that no other test has.</summary>
    public Task<Scene> SceneAsync() => Scene.CreateAsync(Plane, $"{Interlocked.Increment(ref _scenes)}");
}

/// <summary>Tenants <c>oil</c> and <c>gas</c> and the namespace <c>billing</c>, each with a number.</summary>
public sealed record Scene(ControlPlane Plane, string Oil, string Gas, string Namespace, string OilUid, string GasUid)
{
    public Kubectl Mover { get; } = Plane.KubectlAs("mover");

    public Kubectl Alice { get; } = Plane.KubectlAs("alice");

    public string OilLabel => $"{GuardedCluster.LabelKey}={Oil}";

    public string GasLabel => $"{GuardedCluster.LabelKey}={Gas}";

    public string GasReference => Reference(Gas, GasUid);

    public static async Task<Scene> CreateAsync(ControlPlane plane, string suffix)
    {
        var (oil, gas, name) = ($"oil-{suffix}", $"gas-{suffix}", $"billing-{suffix}");
        var scene = new Scene(plane, oil, gas, name, await plane.CreateTenantAsync(oil), await plane.CreateTenantAsync(gas, "bob"));
        await scene.StoreAsync(Manifest(name, scene.OilLabel, Reference(oil, scene.OilUid)));
        return scene;
    }

    public static string Manifest(string name, string? label, params string[] references) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {{name}}
          annotations: {note: kept}
          labels: { {{(label is null ? "" : label.Replace("=", ": ", StringComparison.Ordinal) + ", ")}}team: billing}
          ownerReferences: [{{string.Join(", ", references)}}]
        """;

    public static string Reference(string tenant, string uid) =>
        $"{{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: {tenant}, uid: {uid}}}";

    public async Task<JsonObject> GetAsync(string? name = null) =>
        (await Plane.AdminApi.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{name ?? Namespace}")).Ok()["metadata"]!.AsObject();

    /// <summary>Creates a namespace as an administrator.</summary>
    public async Task StoreAsync(string manifest) => (await Plane.AdminApi.CreateAsync("/api/v1/namespaces", manifest)).Ok();

    /// <summary>What the stored namespace says: the label, and each Tenant reference with its UID.</summary>
    public async Task<string> TenancyAsync(string? name = null) => TenancyOf(await GetAsync(name));

    /// <summary>A namespace that is in no tenant.</summary>
    public async Task<string> NewNamespaceAsync()
    {
        var name = $"free-{Guid.NewGuid():N}"[..20];
        await StoreAsync(Manifest(name, null));
        return name;
    }

    /// <summary>Waits until the garbage collector has deleted something that was made after all that went before.</summary>
    public async Task GarbageIsCollectedAsync()
    {
        var name = $"garbage-{Guid.NewGuid():N}"[..20];
        var garbage = await Plane.AdminApi.CreateAsync("/api/v1/namespaces/default/configmaps", $$"""
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: {{name}}
              namespace: default
              ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: {{Oil}}-gone, uid: 00000000-0000-0000-0000-000000000000}]
            """);
        garbage.Ok();
        await Poll.UntilAsync(
            "the garbage collector",
            TimeSpan.FromMinutes(2),
            async () => (await Plane.AdminApi.SendAsync(HttpMethod.Get, $"/api/v1/namespaces/default/configmaps/{name}")).Code == 404,
            TestContext.Current.CancellationToken);
    }

    public static string TenancyOf(JsonObject metadata)
    {
        var references = metadata["ownerReferences"]?.AsArray()
            .Where(r => (string?)r!["kind"] == "Tenant")
            .Select(r => $"{r!["name"]}={r["uid"]}") ?? [];
        return $"{metadata["labels"]?[GuardedCluster.LabelKey]?.ToString() ?? "-"} | {string.Join(", ", references)}";
    }

    /// <summary>A merge patch with the tenant's right name and a UID with one digit wrong; with a label too where one is given.</summary>
    public static string MistypedUidPatch(string tenant, string? label = null)
    {
        var labels = label is null ? "" : $$"""
            "labels":{"{{GuardedCluster.LabelKey}}":"{{label}}"},
            """;
        return $$$"""{"metadata":{ {{{labels}}}"ownerReferences":[{"apiVersion":"capsule.clastix.io/v1beta2","kind":"Tenant","name":"{{{tenant}}}","uid":"2952b351-0000-4000-8000-000000000000"}]}}""";
    }

    public string InOil => $"{Oil} | {Oil}={OilUid}";

    public string InGas => $"{Gas} | {Gas}={GasUid}";

    public const string InNone = "- | ";
}
