using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Limits;
using AdmissionGuard.Server.Telemetry;

namespace AdmissionGuard.Server.Hosting;

/// <summary>The options of <c>serve</c>.</summary>
/// <param name="Kubeconfig">A kubeconfig file; <see langword="null"/> for the environment's.</param>
/// <param name="Listen">Where reviews are answered.</param>
/// <param name="HealthListen">Where health and metrics are.</param>
internal sealed record ServeOptions(string? Kubeconfig, ListenAddress Listen, ListenAddress HealthListen)
{
    /// <summary>The configuration's file; <see langword="null"/> for none.</summary>
    public string? Config { get; init; }

    /// <summary>Settings over it, each <c>PATH=VALUE</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>How long it goes on serving after SIGTERM.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The log.</summary>
    public LogOptions Log { get; init; } = new();

    /// <summary>The flags that differ from their defaults, for the log.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>The limits.</summary>
    public LimitOptions Limits { get; init; } = new();

    /// <summary>The source of the serving certificate, and the clients that are accepted.</summary>
    public CertificateOptions Certificates { get; init; } = new();
}
