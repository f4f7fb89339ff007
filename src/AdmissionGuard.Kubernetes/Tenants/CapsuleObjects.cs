using System.Text.Json;
using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Reads Capsule's objects where they are at hand already, as the live ones are read.</summary>
public static class CapsuleObjects
{
    /// <summary>Reads a Tenant.</summary>
    /// <param name="tenant">The object.</param>
    /// <param name="madeUpUid">The UID for one that has none yet, as in a manifest.</param>
    /// <returns>The tenant.</returns>
    /// <exception cref="JsonException">A field is not of its kind; the exception's path says which.</exception>
    public static Tenant ReadTenant(JsonObject tenant, Func<string, string> madeUpUid)
    {
        var dto = tenant.Deserialize(KubernetesJsonContext.Default.TenantDto)!;
        var (name, uid) = (dto.Metadata?.Name ?? "", dto.Metadata?.Uid ?? "");
        return dto.ToTenant(name, uid.Length > 0 ? uid : madeUpUid(name));
    }

    /// <summary>Reads a CapsuleConfiguration.</summary>
    /// <param name="configuration">The object.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="JsonException">A field is not of its kind; the exception's path says which.</exception>
    public static CapsuleSettings ReadConfiguration(JsonObject configuration) =>
        configuration.Deserialize(KubernetesJsonContext.Default.CapsuleConfigurationDto)!.Spec.ToSettings();
}
