namespace AdmissionGuard.Testing;

/// <summary>A kubeconfig for a stub of the API server.</summary>
internal static class TestKubeconfig
{
    /// <summary>With one cluster and one user, who has a token.</summary>
    public static string For(Uri apiServer) => $$$"""
        apiVersion: v1
        kind: Config
        current-context: stub
        contexts: [{name: stub, context: {cluster: stub, user: stub}}]
        clusters: [{name: stub, cluster: {server: "{{{apiServer}}}"}}]
        users: [{name: stub, user: {token: secret-token}}]
        """;
}
