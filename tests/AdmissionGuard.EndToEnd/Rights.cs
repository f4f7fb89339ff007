using AdmissionGuard.TestCluster;

namespace AdmissionGuard.EndToEnd;

/// <summary>Rights that one test gives to people of its own.</summary>
internal static class Rights
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>A user as a subject of a binding.</summary>
    public static string User(string name) => $"{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {name}}}";

    /// <summary>Gives permissions, and waits until they are in use.</summary>
    /// <param name="plane">The control plane.</param>
    /// <param name="subject">Who gets them, as a binding names it.</param>
    /// <param name="user">The user name by which the API server knows the subject.</param>
    /// <param name="rules">The rules, each as in <c>{apiGroups: [""], resources: [namespaces], verbs: [patch]}</c>.</param>
    /// <param name="example">A permission among them, as <c>kubectl auth can-i</c> asks for it.</param>
    /// <param name="namespace">Where it holds; everywhere if <see langword="null"/>.</param>
    public static async Task GrantAsync(
        ControlPlane plane, string subject, string user, string rules, string example, string? @namespace = null)
    {
        var name = $"test-{Guid.NewGuid():N}";
        var (prefix, place) = @namespace is null ? ("Cluster", "") : ("", $", namespace: {@namespace}");
        await plane.Admin.ApplyAsync($$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {{prefix}}Role
            metadata: {name: {{name}}{{place}}}
            rules: [{{rules}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: {{prefix}}RoleBinding
            metadata: {name: {{name}}{{place}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{prefix}}Role, name: {{name}}}
            subjects: [{{subject}}]
            """);
        string[] where = @namespace is null ? [] : ["--namespace", @namespace];
        await Poll.UntilAsync(
            $"the right of {user} to {example}",
            Limit,
            async () => (await plane.Admin.RunAsync(
                ["auth", "can-i", .. example.Split(' '), "--as", user, .. where])).Output.Trim() == "yes",
            TestContext.Current.CancellationToken);
    }
}
