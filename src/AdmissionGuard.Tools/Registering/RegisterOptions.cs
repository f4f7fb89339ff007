using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Registering;

/// <summary>The options of <c>admissionguard register</c>.</summary>
/// <param name="Webhooks">The name of the validating webhook configuration.</param>
/// <param name="Wait">How long to wait until the guard answers.</param>
internal sealed record RegisterOptions(string Webhooks, TimeSpan Wait)
{
    /// <summary>The guard's configuration file; <see langword="null"/> for the defaults.</summary>
    public string? Config { get; init; }

    /// <summary>Settings that override the file.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>A kubeconfig; <see langword="null"/> for the one that kubectl would use, or the pod's own account.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A context of it; <see langword="null"/> for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>How long a single request may take; zero for no limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = ClusterSession.StandardRequestTimeout;
}
