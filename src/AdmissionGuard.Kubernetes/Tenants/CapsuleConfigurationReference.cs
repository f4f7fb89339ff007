using AdmissionGuard.Core.Decisions;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Which CapsuleConfiguration the guard reads: the same one in every command, so that all decide as the server does.</summary>
/// <param name="Name">Its name.</param>
public sealed record CapsuleConfigurationReference(string Name)
{
    /// <summary>Its kind.</summary>
    public const string Kind = "CapsuleConfiguration";

    /// <summary>Its plural, as in a path and in RBAC.</summary>
    public const string Plural = "capsuleconfigurations";

    /// <summary>Group and version: the version in which the guard reads it, whatever that of the tenants is.</summary>
    public const string ApiVersion = $"{TenantKind.CapsuleGroup}/v1beta2";

    /// <summary>Its path, from the API server's root.</summary>
    public string Path => $"apis/{ApiVersion}/{Plural}/{Uri.EscapeDataString(Name)}";

    /// <summary>The one that the settings name.</summary>
    /// <param name="options">The settings.</param>
    /// <returns><see langword="null"/> where none is read: the setting is empty, or the tenants are not Capsule's.</returns>
    public static CapsuleConfigurationReference? Of(GuardOptions options) =>
        options.Tenant.Group == TenantKind.CapsuleGroup && options.CapsuleConfiguration.Length > 0
            ? new CapsuleConfigurationReference(options.CapsuleConfiguration)
            : null;
}
