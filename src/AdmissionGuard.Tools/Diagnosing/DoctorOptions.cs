using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Diagnosing;

/// <summary>The options of <c>admissionguard doctor</c>.</summary>
internal sealed record DoctorOptions
{
    /// <summary>The guard's namespace.</summary>
    public string Namespace { get; init; } = new CertificateOptions().Namespace;

    /// <summary>The name of both webhook configurations.</summary>
    public string Webhooks { get; init; } = new CertificateOptions().Webhooks;

    /// <summary>Where the guard answers, for looking at its certificate; <see langword="null"/> to look into the Secret.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether the guard is asked through the API server, which needs the permission to patch its namespace.</summary>
    public bool IsProbed { get; init; } = true;

    /// <summary>The user whose permissions are checked; <see langword="null"/> for all subjects in RBAC.</summary>
    public string? User { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    /// <summary>How long a single request may take; zero for no limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = ClusterSession.StandardRequestTimeout;

    public string? Config { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    public OutputFormat Format { get; init; }
}
