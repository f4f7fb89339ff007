namespace AdmissionGuard.EndToEnd;

/// <summary>Two who may lift rules: one who may move namespaces too, and one who may not.</summary>
public sealed class BreakGlass(GuardedCluster cluster) : IAsyncLifetime
{
    /// <summary>Has <c>release</c>, <c>adopt</c> and <c>override</c>.</summary>
    public const string Warden = "warden";

    /// <summary>Has <c>override</c> alone.</summary>
    public const string Lifter = "lifter";

    public async ValueTask InitializeAsync()
    {
        await GrantAsync(Warden, "release, adopt, override");
        await GrantAsync(Lifter, "override");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task GrantAsync(string user, string verbs) => Rights.GrantAsync(
        cluster.Plane,
        Rights.User(user),
        user,
        $$"""{apiGroups: [""], resources: [namespaces], verbs: [get, patch]}, {apiGroups: [capsule.clastix.io], resources: [tenants], verbs: [{{verbs}}]}""",
        "override tenants.capsule.clastix.io");
}
