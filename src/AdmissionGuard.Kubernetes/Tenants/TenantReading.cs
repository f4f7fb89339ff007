using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>What Capsule's objects say, in Core's words.</summary>
internal static class TenantReading
{
    public static Tenant ToTenant(this TenantWire wire, string name, string uid)
    {
        var options = wire.Spec?.NamespaceOptions;
        ImmutableArray<string> namespaces = [.. wire.Status?.Namespaces ?? []];
        return new Tenant(name, uid)
        {
            IsTerminating = wire.Metadata?.DeletionTimestamp is not null,
            Owners = Owners(wire.Status?.Owners ?? wire.Spec?.Owners),
            SpecOwners = Owners(wire.Spec?.Owners),
            OwnerRoles = [.. (wire.Status?.Owners ?? []).SelectMany(Roles)],
            IsCordoned = wire.Spec?.Cordoned is true,
            ForcesPrefix = wire.Spec?.ForceTenantPrefix,
            NamespaceQuota = options?.Quota,
            NamespaceCount = Math.Max(namespaces.Length, wire.Status?.Size ?? 0),
            Namespaces = namespaces,
            ForbiddenLabels = Forbidden(options?.ForbiddenLabels),
            ForbiddenAnnotations = Forbidden(options?.ForbiddenAnnotations),
            RequiredLabels = ManagedMetadataReading.Pairs(options?.RequiredMetadata?.Labels),
            RequiredAnnotations = ManagedMetadataReading.Pairs(options?.RequiredMetadata?.Annotations),
            Managed = ManagedMetadataReading.Of(wire),
            MaintenanceWindows = wire.Metadata?.Annotations?.GetValueOrDefault(Tenant.WindowsAnnotation) ?? "",
        };
    }

    public static CapsuleSettings ToSettings(this CapsuleSpecWire? spec) => new()
    {
        ForcesTenantPrefix = spec?.ForceTenantPrefix is true,
        Administrators = Owners(spec?.Administrators),
        AdministrationRoles = spec?.Rbac?.AdministrationClusterRoles is { } roles ? [.. roles] : CapsuleSettings.None.AdministrationRoles,
        ProtectedNamespaces = spec?.ProtectedNamespaceRegex ?? "",
        IgnoredGroups = [.. spec?.IgnoreUserWithGroups ?? []],
    };

    // A null inside a list or map is the empty value to Go, and so to Capsule.
    private static ImmutableArray<TenantOwner> Owners(IReadOnlyList<OwnerWire?>? owners) => [.. (owners ?? []).Select(Owner)];

    private static TenantOwner Owner(OwnerWire? owner) => new(owner?.Kind ?? "", owner?.Name ?? "");

    private static IEnumerable<(TenantOwner, string)> Roles(OwnerWire? owner) =>
        (owner?.ClusterRoles ?? []).Select(role => (Owner(owner), role));

    private static ForbiddenKeys Forbidden(ForbiddenWire? wire) => wire is null ? ForbiddenKeys.None : new([.. wire.Denied ?? []], wire.DeniedRegex ?? "");
}
