namespace AdmissionGuard.Kubernetes.Connections;

/// <summary>The client to the API server, made anew whenever one of the files it was made from changes.</summary>
/// <remarks>KubernetesClient reads a CA file once: without this, a rotated CA breaks every later connection until a restart.</remarks>
public sealed class ClusterConnection
{
    private readonly ConnectionSource _source;
    private volatile Opened _opened;

    /// <summary>Connects.</summary>
    /// <param name="kubeconfig">A kubeconfig file; <see langword="null"/> for <c>KUBECONFIG</c>, or else the pod's own service account.</param>
    /// <param name="context">A context of the kubeconfig; <see langword="null"/> for its current one.</param>
    /// <param name="time">The clock that credentials expire by; <see langword="null"/> for the system's.</param>
    /// <exception cref="ConnectionSourceException">There is no such file, it can't be used, or there is nothing to connect with.</exception>
    public ClusterConnection(string? kubeconfig, string? context = null, TimeProvider? time = null)
    {
        _source = ConnectionSource.Find(kubeconfig, context, time ?? TimeProvider.System);
        _opened = Open();
    }

    /// <summary>The client of now. Not to be kept: the next call may need another.</summary>
    public k8s.Kubernetes Client => _opened.Client;

    /// <summary>The API server did not accept the credentials.</summary>
    /// <returns><see langword="true"/> when the next try takes others.</returns>
    internal bool Reject() => _opened.Plugin?.Reject() is true;

    /// <summary>Makes the client anew if a file changed, or its certificate is about to expire.</summary>
    /// <returns><see langword="true"/> when it did.</returns>
    /// <exception cref="ConnectionSourceException">The changed files can't be used; the client stays as it was.</exception>
    public bool Refresh()
    {
        if (_opened.Plugin is not { IsCertificateDue: true } && _opened.Fingerprint == FileFingerprint.Of(_opened.Files))
        {
            return false;
        }

        // The old client is left to the collector: requests may still be under way on it.
        _opened = Open();
        return true;
    }

    private Opened Open()
    {
        try
        {
            var files = _source.Files();
            // Before the files are read: a change in between shows at the next look.
            var fingerprint = FileFingerprint.Of(files);
            return new Opened(new k8s.Kubernetes(_source.Configure()), files, fingerprint, _source.Plugin);
        }
        catch (Exception e) when (e is not ConnectionSourceException)
        {
            // Half a key is a CryptographicException or an ArgumentException, half a kubeconfig a KubeConfigException or a
            // FormatException: what KubernetesClient throws is not to be told apart, and none of it may end the guard.
            throw new ConnectionSourceException($"{_source.Name} can't be used: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private sealed record Opened(k8s.Kubernetes Client, IReadOnlyList<string> Files, string Fingerprint, ExecCredentials? Plugin);
}
