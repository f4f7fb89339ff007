using AdmissionGuard.Kubernetes.Credentials;
using AdmissionGuard.Kubernetes.Kubeconfigs;

namespace AdmissionGuard.Kubernetes.Client;

/// <summary>The connection to the API server, reopened when one of its configuration files changes.</summary>
public sealed class ClusterConnection
{
    private readonly ConnectionSource _source;
    private readonly ConnectionUse _use;
    private readonly TimeProvider _time;
    private volatile Opened _opened;

    /// <summary>Connects.</summary>
    /// <param name="kubeconfig">A kubeconfig file; <see langword="null"/> for <c>KUBECONFIG</c>, or else the pod's own service account.</param>
    /// <param name="context">A context of the kubeconfig; <see langword="null"/> for its current one.</param>
    /// <param name="time">The clock that credentials expire by; <see langword="null"/> for the system's.</param>
    /// <param name="use">Who connects.</param>
    /// <exception cref="ConnectionSourceException">There is no such file, it can't be used, or there is nothing to connect with.</exception>
    public ClusterConnection(string? kubeconfig, string? context = null, TimeProvider? time = null, ConnectionUse use = ConnectionUse.Server)
    {
        _time = time ?? TimeProvider.System;
        _use = use;
        _source = new ConnectionSource(kubeconfig, context, use, Environment.GetEnvironmentVariable);
        _opened = Open();
    }

    /// <summary>Why the API server's identity is not verified; <see langword="null"/> if it is.</summary>
    public string? Warning =>
        Doubt(_opened.Settings) is { } doubt ? $"{_opened.Settings.Source}: {doubt}: the API server's identity is not verified" : null;

    /// <summary>The current connection. Do not keep it: the next call may need another one.</summary>
    internal ApiServerConnection Current => _opened.Connection;

    /// <summary>Reopens the connection if a file changed, or its certificate is about to expire.</summary>
    /// <returns><see langword="true"/> when it did.</returns>
    /// <exception cref="ConnectionSourceException">The changed files can't be used; the connection stays as it was.</exception>
    public bool Refresh()
    {
        if (!_opened.Connection.IsDue && _opened.Fingerprint == FileFingerprint.Of(_opened.Settings.Files))
        {
            return false;
        }

        // The old connection is left to the collector: requests may still be in progress on it.
        _opened = Open();
        return true;
    }

    private Opened Open()
    {
        // Read twice, and the fingerprint taken in between: a change in between is detected by the next check.
        var fingerprint = FileFingerprint.Of(_source.Read().Files);
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
