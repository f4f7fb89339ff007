namespace AdmissionGuard.EndToEnd.Deploying;

/// <summary>
/// Does once what cert-manager does when a Certificate is created: issues it into its Secret, and writes the authority into the
/// configurations that ask for it.
/// </summary>
internal static class CertManagerStandIn
{
    private const string Certificate =
        $"/apis/cert-manager.io/v1/namespaces/{InstalledCluster.Namespace}/certificates/admissionguard-serving";

    private const string Issue = """
        certs-scripts/make-certs.sh --dir issued
        kubectl -n admissionguard-system create secret tls admissionguard-tls --cert issued/tls.crt --key issued/tls.key
        certs-scripts/set-ca-bundle.sh --ca issued/ca.crt --live
        """;

    /// <summary>Waits for the Certificate, and for the configurations that are created with it.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="folder">A folder with the repository's scripts in it.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(InstalledCluster cluster, string folder, CancellationToken cancellation)
    {
        string[] awaited =
        [
            Certificate,
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/00-admissionguard",
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/00-admissionguard",
        ];
        foreach (var path in awaited)
        {
            await Poll.UntilAsync(
                path,
                TimeSpan.FromMinutes(1),
                async () => (await cluster.Plane.AdminApi.SendAsync(HttpMethod.Get, path)).IsOk,
                cancellation);
        }

        (await cluster.Kubectl.ShellAsync(folder, Issue)).Ok();
    }
}
