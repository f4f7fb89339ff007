using AdmissionGuard.Server.Certificates;
using AdmissionGuard.Server.Limits;

namespace AdmissionGuard.Server.Hosting;

/// <summary>The options of <c>serve</c>.</summary>
/// <param name="Kubeconfig">A kubeconfig file; <see langword="null"/> for the environment's.</param>
/// <param name="Listen">Where reviews are answered.</param>
/// <param name="TlsCert">The serving certificate's file.</param>
/// <param name="TlsKey">Its key's file.</param>
/// <param name="HealthListen">Where health and metrics are.</param>
internal sealed record ServeOptions(string? Kubeconfig, ListenAddress Listen, string TlsCert, string TlsKey, ListenAddress HealthListen)
{
    /// <summary>The configuration's file; <see langword="null"/> for none.</summary>
    public string? Config { get; init; }

    /// <summary>Settings over it, each <c>PATH=VALUE</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>How long it goes on serving after SIGTERM.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many reviews may look things up at a time.</summary>
    public int MaxLookups { get; init; } = 500;

    /// <summary>How many connections for reviews may be open.</summary>
    public int MaxConnections { get; init; } = ServerLimits.DefaultConnections;

    /// <summary>The source of the serving certificate, and the clients that are accepted.</summary>
    public CertificateOptions Certificates { get; init; } = new();
}
