using System.Collections.Immutable;
using System.Net;
using AdmissionGuard.Core;
using AdmissionGuard.Core.Decisions;

namespace AdmissionGuard.Server.Certificates;

/// <summary>The source of the serving certificate, and the clients that are accepted.</summary>
internal sealed record CertificateOptions
{
    /// <summary>Whether the guard makes and renews it itself; else it is read from files.</summary>
    public bool IsSelfManaged { get; init; }

    /// <summary>The serving certificate's file, if it is not self-managed.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>The file of its private key.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The guard's namespace.</summary>
    public string Namespace { get; init; } = new GuardOptions().OwnNamespace;

    /// <summary>The guard's Service.</summary>
    public string Service { get; init; } = "admissionguard";

    /// <summary>The Secret that a self-managed certificate is kept in.</summary>
    public string Secret { get; init; } = "admissionguard-tls";

    /// <summary>The webhook configurations, mutating and validating, that its authority is published in.</summary>
    public string Webhooks { get; init; } = "00-admissionguard";

    /// <summary>Additional names, besides the Service's.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>How long a serving certificate lives.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromHours(2160);

    /// <summary>How long a certificate authority lives.</summary>
    public TimeSpan AuthorityLife { get; init; } = TimeSpan.FromHours(43800);

    /// <summary>The certificate authority that clients must show a certificate of; <see langword="null"/> if none is asked for.</summary>
    public string? ClientCa { get; init; }

    /// <summary>The accepted names in such a certificate; empty for any.</summary>
    public ImmutableArray<string> ClientNames { get; init; } = [];

    /// <summary>Every name that a self-managed certificate is for: the Service's, and the others.</summary>
    public ImmutableArray<string> AllNames =>
        [
            .. new[] { $"{Service}.{Namespace}.svc", $"{Service}.{Namespace}.svc.cluster.local", $"{Service}.{Namespace}" }
                .Concat(Hosts)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];

    /// <summary>Whether a text is a name that a certificate can be for.</summary>
    // DNS limits each label too, unlike the names of Kubernetes' objects.
    public static bool IsHost(string text) =>
        IPAddress.TryParse(text, out _) || (text.Length <= DnsName.MaxSubdomainLength && text.Split('.').All(DnsName.IsLabel));
}
