using System.Text.Json.Nodes;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Reads Capsule's objects where they are at hand already, as the live ones are read.</summary>
public static class CapsuleObjects
{
    /// <summary>Reads a Tenant.</summary>
    /// <param name="tenant">The object.</param>
    /// <param name="madeUpUid">The UID for one that has none yet, as in a manifest.</param>
    /// <returns>The tenant, or the field that is not of its type.</returns>
    public static TypedObject<Tenant> ReadTenant(JsonObject tenant, Func<string, string> madeUpUid) =>
        TypedObject.Read(tenant, KubernetesJsonContext.Default.TenantDto).Map(dto =>
        {
            var (name, uid) = (dto.Metadata?.Name ?? "", dto.Metadata?.Uid ?? "");
            return dto.ToTenant(name, uid.Length > 0 ? uid : madeUpUid(name));
        });

    /// <summary>Reads a CapsuleConfiguration.</summary>
    /// <param name="configuration">The object.</param>
    /// <returns>Its content, or the field that is not of its type.</returns>
    public static TypedObject<CapsuleSettings> ReadConfiguration(JsonObject configuration) =>
        TypedObject.Read(configuration, KubernetesJsonContext.Default.CapsuleConfigurationDto).Map(TenantMapper.ToSettings);
}
