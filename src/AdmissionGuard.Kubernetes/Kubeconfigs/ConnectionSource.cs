using AdmissionGuard.Kubernetes.Credentials;

namespace AdmissionGuard.Kubernetes.Kubeconfigs;

/// <summary>Who connects.</summary>
public enum ConnectionUse
{
    /// <summary>The server: it requires a verified API server, and does not read a kubeconfig in the home folder.</summary>
    Server,

    /// <summary>A command that a person runs: it connects where kubectl would, and warns where kubectl would not verify.</summary>
    Command,
}

/// <summary>Finds out how to connect: by a kubeconfig, or as a pod.</summary>
/// <param name="kubeconfig">A kubeconfig that was asked for; <see langword="null"/> for the environment's.</param>
/// <param name="context">A context that was asked for; <see langword="null"/> for the current one.</param>
/// <param name="use">Who connects.</param>
/// <param name="environment">The environment's variables.</param>
internal sealed class ConnectionSource(string? kubeconfig, string? context, ConnectionUse use, Func<string, string?> environment)
{
    /// <summary>Reads the files that say how to connect now.</summary>
    /// <exception cref="ConnectionSourceException">There are none, or they can't be used.</exception>
    public ConnectionSettings Read()
    {
        var files = Kubeconfig();
        return files?.Read() ?? ServiceAccount.Read(environment) ?? throw new ConnectionSourceException(
            "no cluster to connect to: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account"
            + (files is { } named && IsSet("KUBECONFIG") ? $"; {named.Name} names no context" : ""));
    }

    /// <summary>The names of the contexts to choose from; none in a pod.</summary>
    /// <exception cref="ConnectionSourceException">The kubeconfig can't be read.</exception>
    public IEnumerable<string> ContextNames() => Kubeconfig()?.ContextNames() ?? [];

    private Kubeconfig? Kubeconfig()
    {
        if (kubeconfig is not null)
        {
            return new Kubeconfig([kubeconfig], IsExplicit: true, context);
        }

        return IsSet("KUBECONFIG") ? new Kubeconfig([.. environment("KUBECONFIG")!.Split(Path.PathSeparator)], IsExplicit: false, context)
            : use is ConnectionUse.Command ? new Kubeconfig([Home()], IsExplicit: false, context)
            : context is null ? null
            : throw new ConnectionSourceException(
                $"no kubeconfig found for context '{context}': give --kubeconfig FILE, or set KUBECONFIG");
    }

    private string Home() => Path.Combine(environment("HOME") ?? "", ".kube", "config");

    private bool IsSet(string variable) => !string.IsNullOrEmpty(environment(variable));
}
