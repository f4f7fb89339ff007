using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>The CapsuleConfiguration that the guard reads. Every command uses it, so that all decide as the server does.</summary>
/// <param name="Name">Its name.</param>
public sealed record CapsuleConfigurationReference(string Name)
{
    /// <summary>Its kind.</summary>
    public const string Kind = "CapsuleConfiguration";

    /// <summary>Its plural, as in a path and in RBAC.</summary>
    public const string Plural = "capsuleconfigurations";

    /// <summary>The group and version that the guard reads, regardless of the version of the tenants.</summary>
    public const string ApiVersion = $"{TenantKind.CapsuleGroup}/v1beta2";

    /// <summary>Its path, from the API server's root.</summary>
    public string Path => $"apis/{ApiVersion}/{Plural}/{Uri.EscapeDataString(Name)}";

    /// <summary>The CapsuleConfiguration that the settings name.</summary>
    /// <param name="options">The settings.</param>
    /// <returns><see langword="null"/> if none is read: the setting is empty, or the tenants are not Capsule's.</returns>
    public static CapsuleConfigurationReference? Of(GuardOptions options) =>
        options.Tenant.Group == TenantKind.CapsuleGroup && options.CapsuleConfiguration.Length > 0
            ? new CapsuleConfigurationReference(options.CapsuleConfiguration)
            : null;
}
