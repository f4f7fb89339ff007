using System.Collections.Immutable;
using System.Text;
using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>
/// Makes settings of the context of one kubeconfig or of several, by the rules of kubectl; what is not supported is refused by name.
/// </summary>
/// <param name="Paths">The files; empty names and repetitions do not count, and missing files only where the file was asked for.</param>
/// <param name="IsExplicit">Whether the one file was asked for by an option.</param>
/// <param name="Context">The context that was asked for; <see langword="null"/> for the current one.</param>
/// <remarks>Source: client-go, <c>tools/clientcmd/client_config.go</c> and <c>validation.go</c>.</remarks>
internal sealed record Kubeconfig(ImmutableArray<string> Paths, bool IsExplicit, string? Context)
{
    /// <summary>What it is, for messages.</summary>
    public string Name => $"kubeconfig {string.Join(Path.PathSeparator, Paths)}";

    /// <summary>Reads it.</summary>
    /// <returns>The settings; <see langword="null"/> if no context is chosen, so that it is ignored.</returns>
    /// <exception cref="ConnectionSourceException">It can't be read, or its context is not complete.</exception>
    public ConnectionSettings? Read()
    {
        var merged = Merge();
        var name = string.IsNullOrEmpty(Context) ? merged.CurrentContext : Context;
        if (merged.Contexts.TryGetValue(name, out var context))
        {
            return Of(merged, name, context);
        }

        return name.Length > 0 ? throw Unusable(
            $"contexts has no '{name}', which {(name == Context ? "--context" : "current-context")} names")
            : IsExplicit ? throw Unusable("it has no current-context, and no --context is given")
            : null;
    }

    /// <summary>The names of its contexts.</summary>
    /// <exception cref="ConnectionSourceException">It can't be read.</exception>
    public IEnumerable<string> ContextNames() => Merge().Contexts.Keys;

    private KubeconfigFile Merge()
    {
        var files = Paths.Where(path => path.Length > 0).Distinct(StringComparer.Ordinal).Select(KubeconfigFile.Read).ToList();
        return IsExplicit && files.Contains(null)
            ? throw Unusable("file not found")
            : KubeconfigFile.Merge([.. files.OfType<KubeconfigFile>()]);
    }

    private ConnectionSettings Of(KubeconfigFile merged, string name, KubeconfigContext context)
    {
        var cluster = merged.Clusters.GetValueOrDefault(context.Cluster)
            ?? throw Unusable($"clusters has no '{context.Cluster}', which context '{name}' names");
        var user = context.User.Length == 0 ? new KubeconfigUser() : merged.Users.GetValueOrDefault(context.User)
            ?? throw Unusable($"users has no '{context.User}', which context '{name}' names");
        if (KubeconfigRules.Faults(cluster, user).FirstOrDefault() is { } fault)
        {
            throw Unusable(fault);
        }

        var server = ServerAddress.Parse(cluster.Server)
            ?? throw Unusable($"server '{cluster.Server}' is not an address like https://HOST:PORT");
        var settings = new ConnectionSettings(Name, server)
        {
            TlsServerName = cluster.TlsServerName,
            SkipsVerification = cluster.SkipsVerification,
            CertificateAuthorities = Pem(cluster.CertificateAuthorityData, cluster.CertificateAuthority),
            ProxyUrl = cluster.ProxyUrl,
            Impersonation = user.As.Length > 0 ? new Impersonation(user.As, user.AsUid, user.AsGroups, user.AsUserExtra) : null,
            Files = [
                .. Paths.Where(path => path.Length > 0),
                .. new[] { cluster.CertificateAuthority, user.ClientCertificate, user.ClientKey }.Where(file => file.Length > 0),
            ],
        };
        // As with kubectl: without TLS, no credentials are sent.
        return settings.IsSecure ? WithCredentials(settings, user, cluster) : settings;
    }

    private ConnectionSettings WithCredentials(ConnectionSettings settings, KubeconfigUser user, KubeconfigCluster cluster)
    {
        var known = settings with
        {
            ClientCertificate = user.HasClientCertificate
                ? (Pem(user.ClientCertificateData, user.ClientCertificate)!, Pem(user.ClientKeyData, user.ClientKey)!) : null,
            Token = user.Token,
            TokenFile = user.TokenFile,
            Username = user.Username,
            Password = user.Password,
        };
        // Credentials in the file take precedence over a plugin's.
        var isKnown = user.HasClientCertificate || user.Token.Length > 0 || user.TokenFile.Length > 0 || user.Username.Length > 0;
        return user.Exec is { } exec && !isKnown ? known with { Plugin = PluginOf(exec, cluster, settings) } : known;
    }

    private static ExecPlugin PluginOf(
        KubeconfigExec exec, KubeconfigCluster cluster, ConnectionSettings settings) => new(exec.ApiVersion, exec.Command)
    {
        Arguments = exec.Arguments,
        Environment = exec.Environment,
        InstallHint = exec.InstallHint,
        IsInteractive = exec.InteractiveMode is "Always",
        Cluster = !exec.ProvidesClusterInfo ? null : new ExecClusterDto(
            cluster.Server,
            Named(cluster.TlsServerName),
            cluster.SkipsVerification ? true : null,
            settings.CertificateAuthorities is { } pem ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) : null,
            Named(cluster.ProxyUrl),
            cluster.DisablesCompression ? true : null,
            cluster.PluginConfiguration),
    };

    private string? Pem(ImmutableArray<byte> data, string file)
    {
        try
        {
            return !data.IsEmpty ? Encoding.UTF8.GetString(data.AsSpan()) : file.Length > 0 ? BoundedText.ReadFile(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    private static string? Named(string text) => text.Length > 0 ? text : null;

    private ConnectionSourceException Unusable(string why, Exception? inner = null) => new($"{Name}: {why}", inner);
}
