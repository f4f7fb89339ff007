namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>Conflicting fields in a kubeconfig.</summary>
/// <remarks>Source: client-go, <c>tools/clientcmd/validation.go</c> and <c>transport/transport.go</c>.</remarks>
internal static class KubeconfigRules
{
    /// <summary>What is wrong with a cluster and a user.</summary>
    /// <returns>A sentence for each fault; none if they can be used.</returns>
    public static IEnumerable<string> Faults(KubeconfigCluster cluster, KubeconfigUser user) =>
        [.. OfCluster(cluster), .. OfCertificate(user), .. OfUser(user), .. user.Exec is { } exec ? OfPlugin(exec) : []];

    private static IEnumerable<string> OfCluster(KubeconfigCluster cluster)
    {
        var hasData = !cluster.CertificateAuthorityData.IsEmpty;
        if (cluster.Server.Length == 0)
        {
            yield return "the cluster has no server";
        }

        if (hasData && cluster.CertificateAuthority.Length > 0)
        {
            yield return "certificate-authority-data and certificate-authority are both given";
        }

        if (cluster.SkipsVerification && (hasData || cluster.CertificateAuthority.Length > 0))
        {
            yield return "insecure-skip-tls-verify and a certificate authority are both given";
        }
    }

    private static IEnumerable<string> OfCertificate(KubeconfigUser user)
    {
        if (!user.HasClientCertificate)
        {
            yield break;
        }

        if (user.ClientCertificate.Length > 0 && !user.ClientCertificateData.IsEmpty)
        {
            yield return "client-certificate-data and client-certificate are both given";
        }

        if (user.ClientKey.Length > 0 && !user.ClientKeyData.IsEmpty)
        {
            yield return "client-key-data and client-key are both given";
        }

        if (user.ClientKey.Length == 0 && user.ClientKeyData.IsEmpty)
        {
            yield return "a client certificate is given without client-key-data or client-key";
        }
    }

    private static IEnumerable<string> OfUser(KubeconfigUser user)
    {
        if ((user.Token.Length > 0 || (user.TokenFile.Length > 0 && user.Username.Length > 0))
            && user.Username.Length + user.Password.Length > 0)
        {
            yield return "a token and a user name or password are both given";
        }

        if (user.As.Length == 0 && (user.AsUid.Length > 0 || !user.AsGroups.IsEmpty || !user.AsUserExtra.IsEmpty))
        {
            yield return "as-uid, as-groups and as-user-extra require as";
        }

        if (user.AuthProvider is { } provider)
        {
            yield return $"auth-provider '{provider}' is not supported: use an exec plugin, a token or a client certificate";
        }
    }

    private static IEnumerable<string> OfPlugin(KubeconfigExec exec)
    {
        if (exec.Command.Length == 0)
        {
            yield return "an exec plugin has no command";
        }

        if (exec.ApiVersion.Length == 0)
        {
            yield return "an exec plugin has no apiVersion";
        }

        if (exec.Environment.Any(variable => variable.Key.Length == 0))
        {
            yield return "an exec plugin has an environment variable without a name";
        }

        if (exec.InteractiveMode is not ("Never" or "IfAvailable" or "Always"))
        {
            yield return $"an exec plugin's interactiveMode is '{exec.InteractiveMode}', not Never, IfAvailable or Always";
        }
    }
}
