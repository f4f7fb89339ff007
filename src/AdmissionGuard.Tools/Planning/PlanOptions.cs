using AdmissionGuard.Tools.Checking;

namespace AdmissionGuard.Tools.Planning;

/// <summary>What <c>admissionguard plan</c> was asked.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Target">The tenant it would go to; <see langword="null"/> for a release.</param>
internal sealed record PlanOptions(string Namespace, string? Target)
{
    /// <summary>Whom it is asked about; <see langword="null"/> for whoever the connection is.</summary>
    public string? User { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    public string FieldManager { get; init; } = "";

    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    public string? Config { get; init; }

    public IReadOnlyList<string> Set { get; init; } = [];

    public OutputFormat Format { get; init; }
}
