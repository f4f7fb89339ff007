using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Infrastructure;
using AdmissionGuard.Kubernetes.Kubeconfigs;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>The connection to the API server, reopened when one of its configuration files changes.</summary>
public sealed class ClusterConnection
{
    private readonly ConnectionSource _source;
    private readonly ConnectionUse _use;
    private readonly TimeProvider _time;
    private readonly LastKnownGood<Opened, string> _opened;

    /// <summary>Connects.</summary>
    /// <param name="kubeconfig">A kubeconfig file; <see langword="null"/> for <c>KUBECONFIG</c>, or else the pod's own service
    /// account.</param>
    /// <param name="context">A context of the kubeconfig; <see langword="null"/> for its current one.</param>
    /// <param name="time">The clock that credentials expire by; <see langword="null"/> for the system's.</param>
    /// <param name="use">Who connects.</param>
    /// <exception cref="ConnectionSourceException">There is no such file, it can't be used, or there is nothing to connect
    /// with.</exception>
    public ClusterConnection(
        string? kubeconfig, string? context = null, TimeProvider? time = null, ConnectionUse use = ConnectionUse.Server)
    {
        _time = time ?? TimeProvider.System;
        _use = use;
        _source = new ConnectionSource(kubeconfig, context, use, Environment.GetEnvironmentVariable);
        var opened = Open();
        _opened = new(opened, opened.Fingerprint);
    }

    /// <summary>The names of the contexts that a command can choose from. No cluster is contacted.</summary>
    /// <param name="kubeconfig">A kubeconfig file, as in the constructor.</param>
    /// <returns>The names.</returns>
    /// <exception cref="ConnectionSourceException">The kubeconfig can't be read.</exception>
    public static IEnumerable<string> ContextNames(string? kubeconfig) => new ConnectionSource(
        kubeconfig, context: null, ConnectionUse.Command, Environment.GetEnvironmentVariable).ContextNames();

    /// <summary>Why the API server's identity is not verified; <see langword="null"/> if it is.</summary>
    public string? Warning =>
        Doubt(Present.Settings) is { } doubt ? $"{Present.Settings.Source}: {doubt}: the API server's identity is not verified" : null;

    /// <summary>The current connection. Do not keep it: the next call may need another one.</summary>
    internal ApiServerConnection Current => Present.Connection;

    /// <summary>Why the files as they are now are not in use; <see langword="null"/> if they are.</summary>
    public string? Rejected => _opened.Rejected;

    private Opened Present => _opened.Value!;

    /// <summary>
    /// Opens the connection again if a file changed, or if its certificate is about to expire. If the files are invalid, the connection
    /// stays.
    /// </summary>
    /// <returns>The result.</returns>
    /// <remarks>The old connection is left to the garbage collector: requests may still be in flight on it.</remarks>
    public ReloadResult Refresh() => _opened.Reload(
        ContentFingerprint.OfFiles(Present.Settings.Files),
        () =>
        {
            try
            {
                var opened = Open();
                return new(opened, null, opened.Fingerprint);
            }
            catch (ConnectionSourceException e)
            {
                return new(null, e.Message);
            }
        },
        Current.IsDue);

    private Opened Open()
    {
        // Read twice, and the fingerprint taken in between: a change in between is detected by the next check.
        var fingerprint = ContentFingerprint.OfFiles(_source.Read().Files);
        var settings = _source.Read();
        if (_use is ConnectionUse.Server && Doubt(settings) is { } doubt)
        {
            throw new ConnectionSourceException($"{settings.Source}: {doubt} is refused: serve must verify the API server's identity");
        }

        try
        {
            return new Opened(ApiServerConnection.Open(settings, Environment.GetEnvironmentVariable, _time), settings, fingerprint);
        }
        catch (Exception e) when (e is not ConnectionSourceException)
        {
            // An incomplete key causes a CryptographicException or an ArgumentException; neither may end the guard.
            throw new ConnectionSourceException($"{settings.Source} can't be loaded: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // On this machine, plain HTTP is kubectl proxy's, for example.
    private static string? Doubt(ConnectionSettings settings) =>
        settings.IsSecure ? settings.SkipsVerification ? "insecure-skip-tls-verify" : null
        : settings.Server.IsLoopback ? null
        : $"plain HTTP to {settings.Server.Authority}";

    private sealed record Opened(ApiServerConnection Connection, ConnectionSettings Settings, string Fingerprint);
}
