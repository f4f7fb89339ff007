namespace AdmissionGuard.TestCluster;

/// <summary>The configuration files of the API server that not every control plane needs.</summary>
/// <param name="folder">Where they are written.</param>
/// <param name="authority">The control plane's authority.</param>
internal sealed class ApiServerFiles(string folder, Authority authority)
{
    /// <summary>Has the API server show a client certificate to every webhook.</summary>
    /// <param name="name">The name in the certificate.</param>
    /// <returns>The argument of the API server.</returns>
    public string ClientCertificate(string name)
    {
        var (certificate, key) = authority.Issue("to-webhooks", name);
        var kubeconfig = Write("to-webhooks.kubeconfig", $$$"""
            apiVersion: v1
            kind: Config
            users: [{name: "*", user: {client-certificate: {{{certificate}}}, client-key: {{{key}}} }}]
            """);
        var configuration = Write("admission.yaml", $"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
            - name: MutatingAdmissionWebhook
              configuration: &webhooks
                apiVersion: apiserver.config.k8s.io/v1
                kind: WebhookAdmissionConfiguration
                kubeConfigFile: {kubeconfig}
            - name: ValidatingAdmissionWebhook
              configuration: *webhooks
            """);
        return $"--admission-control-config-file={configuration}";
    }

    /// <summary>Has the API server reach Services, such as those of webhooks, through a proxy.</summary>
    /// <param name="socket">The proxy's Unix socket.</param>
    /// <returns>The argument of the API server.</returns>
    public string ServicesThrough(string socket)
    {
        var configuration = Write("egress.yaml", $$$"""
            apiVersion: apiserver.k8s.io/v1beta1
            kind: EgressSelectorConfiguration
            egressSelections:
            - name: cluster
              connection:
                proxyProtocol: HTTPConnect
                transport: {uds: {udsName: {{{socket}}} }}
            """);
        return $"--egress-selector-config-file={configuration}";
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
