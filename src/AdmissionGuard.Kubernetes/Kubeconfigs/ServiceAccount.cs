using System.Globalization;
using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>How a pod connects: where kubelet says that the API server is, as its service account.</summary>
/// <remarks>Source: client-go, <c>rest.InClusterConfig</c>.</remarks>
internal static class ServiceAccount
{
    private const string Folder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Reads it.</summary>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="folder">Where kubelet mounts its files.</param>
    /// <returns>The settings; <see langword="null"/> if this is no pod with a service account.</returns>
    /// <exception cref="ConnectionSourceException">It can't be used.</exception>
    public static ConnectionSettings? Read(Func<string, string?> environment, string folder = Folder)
    {
        var (token, authority) = (Path.Combine(folder, "token"), Path.Combine(folder, "ca.crt"));
        var (host, port) = (environment("KUBERNETES_SERVICE_HOST"), environment("KUBERNETES_SERVICE_PORT"));
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(token))
        {
            return null;
        }

        var source = $"the service account in {folder}";
        var isAddress = Uri.TryCreate(
            $"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}/", UriKind.Absolute, out var server);
        try
        {
            return new ConnectionSettings(source, isAddress ? server! : throw new FormatException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"KUBERNETES_SERVICE_HOST '{host}' and KUBERNETES_SERVICE_PORT '{port}' are not an address")))
            {
                // Never the system's authorities: a certificate of theirs does not identify the cluster.
                CertificateAuthorities = BoundedText.ReadFile(authority),
                TokenFile = token,
                // Not the token, which is replaced every hour and read again by itself.
                Files = [authority],
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ConnectionSourceException($"{source} can't be loaded: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
