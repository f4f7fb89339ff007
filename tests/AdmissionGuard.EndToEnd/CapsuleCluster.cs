using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>
/// A control plane with what Capsule puts there, namespaces whose marks had drifted apart before the guard came, and the guard.
/// </summary>
public sealed class CapsuleCluster : IAsyncLifetime
{
    /// <summary>One of Capsule's administrators.</summary>
    public const string Administrator = "adela";

    /// <summary>A group that Capsule ignores, with all who are in it.</summary>
    public const string IgnoredGroup = "ignored";

    private const string Manifests = $$"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: capsule-namespace-provisioner}
        rules: [{apiGroups: [""], resources: [namespaces], verbs: [create, patch]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: capsule-namespace-provisioner}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: capsule-namespace-provisioner}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: projectcapsule.dev}]
        ---
        apiVersion: capsule.clastix.io/v1beta2
        kind: CapsuleConfiguration
        metadata: {name: default}
        spec:
          administrators: [{kind: User, name: {{Administrator}}}]
          ignoreUserWithGroups: [{{IgnoredGroup}}]
        """;

    private int _scenes;

    public ControlPlane Plane { get; private set; } = null!;

    public Guard Guard { get; private set; } = null!;

    /// <summary>A scene with namespaces <c>drifted-…</c>, whose reference says oil and whose label does not.</summary>
    public Scene Drifted { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync(Console.Error.WriteLine, CancellationToken.None);
        await TestUsers.CreateAsync(Plane);
        await CapsulesAccount.BindAsync(Plane);
        await Plane.Admin.OkAsync("apply", "-f", Path.Combine(AppContext.BaseDirectory, "capsule-configuration-crd.yaml"));
        await Poll.UntilAsync(
            "the CapsuleConfiguration resource",
            TimeSpan.FromMinutes(1),
            async () => (await Plane.Admin.RunAsync("get", "capsuleconfigurations")).ExitCode == 0,
            CancellationToken.None);
        await Plane.Admin.ApplyAsync(Manifests);

        Drifted = await SceneAsync();
        foreach (var account in new[] { CapsulesAccount.Installed, CapsulesAccount.Strict })
        {
            await DriftAsync($"drifted-other-{account}", Drifted.GasLabel);
            await DriftAsync($"drifted-absent-{account}", null);
            await DriftAsync($"drifted-empty-{account}", $"{GuardedCluster.LabelKey}=\"\"");
            await DriftAsync($"drifted-still-{account}", Drifted.GasLabel);
        }

        Guard = await Guard.StartAsync(Plane, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await (Guard?.DisposeAsync() ?? default);
        await (Plane?.DisposeAsync() ?? default);
    }

    public Task<Scene> SceneAsync() => Scene.CreateAsync(Plane, $"{Interlocked.Increment(ref _scenes)}");

    private Task DriftAsync(string name, string? label) =>
        Drifted.StoreAsync(Scene.Manifest(name, label, Scene.Reference(Drifted.Oil, Drifted.OilUid)));
}
