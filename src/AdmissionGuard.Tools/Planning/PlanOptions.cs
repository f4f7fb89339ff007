using AdmissionGuard.Tools.Checking;
using AdmissionGuard.Tools.Cluster;

namespace AdmissionGuard.Tools.Planning;

/// <summary>The options of <c>admissionguard plan</c>.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Target">The tenant it would go to; <see langword="null"/> for a release.</param>
internal sealed record PlanOptions(string Namespace, string? Target)
{
    /// <summary>The user; <see langword="null"/> for the user of the connection.</summary>
    public string? User { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    public string FieldManager { get; init; } = "";

    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    /// <summary>How long a single request may take; zero for no limit.</summary>
    public TimeSpan RequestTimeout { get; init; } = ClusterSession.StandardRequestTimeout;

    public string? Config { get; init; }

    /// <summary>The guard's namespace, for its configuration; <see langword="null"/> for the one that its validator names.</summary>
    public string? GuardNamespace { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    public OutputFormat Format { get; init; }
}
