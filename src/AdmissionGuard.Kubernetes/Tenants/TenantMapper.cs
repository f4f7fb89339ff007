using System.Collections.Immutable;
using AdmissionGuard.Core.Capsule;

namespace AdmissionGuard.Kubernetes.Tenants;

/// <summary>Maps Capsule's objects to the types of Core.</summary>
internal static class TenantMapper
{
    public static Tenant ToTenant(this TenantDto dto, string name, string uid)
    {
        var options = dto.Spec?.NamespaceOptions;
        ImmutableArray<string> namespaces = [.. dto.Status?.Namespaces ?? []];
        return new Tenant(name, uid)
        {
            IsTerminating = dto.Metadata?.DeletionTimestamp is not null,
            Owners = Owners(dto.Status?.Owners ?? dto.Spec?.Owners),
            SpecOwners = Owners(dto.Spec?.Owners),
            OwnerRoles = [.. (dto.Status?.Owners ?? []).SelectMany(Roles)],
            IsCordoned = dto.Spec?.Cordoned is true,
            ForcesPrefix = dto.Spec?.ForceTenantPrefix,
            NamespaceQuota = options?.Quota,
            NamespaceCount = Math.Max(namespaces.Length, dto.Status?.Size ?? 0),
            Namespaces = namespaces,
            ForbiddenLabels = Forbidden(options?.ForbiddenLabels),
            ForbiddenAnnotations = Forbidden(options?.ForbiddenAnnotations),
            RequiredLabels = ManagedMetadataMapper.Pairs(options?.RequiredMetadata?.Labels),
            RequiredAnnotations = ManagedMetadataMapper.Pairs(options?.RequiredMetadata?.Annotations),
            Managed = ManagedMetadataMapper.Of(dto),
            MaintenanceWindows = dto.Metadata?.Annotations?.GetValueOrDefault(Tenant.WindowsAnnotation) ?? "",
        };
    }

    public static CapsuleSettings ToSettings(this CapsuleConfigurationDto dto)
    {
        var spec = dto.Spec;
        return new CapsuleSettings
        {
            ForcesTenantPrefix = spec?.ForceTenantPrefix is true,
            Administrators = Owners(spec?.Administrators),
            AdministrationRoles = spec?.Rbac?.AdministrationClusterRoles is { } roles
                ? [.. roles]
                : CapsuleSettings.None.AdministrationRoles,
            ProtectedNamespaces = spec?.ProtectedNamespaceRegex ?? "",
            IgnoredGroups = [.. spec?.IgnoreUserWithGroups ?? []],
            Users =
            [
                .. Owners(spec?.Users),
                .. (spec?.UserNames ?? []).Select(name => new TenantOwner("User", name)),
                .. (spec?.UserGroups ?? []).Select(name => new TenantOwner("Group", name)),
                .. Owners(dto.Status?.Users),
            ],
        };
    }

    // A null inside a list or map is the empty value to Go, and so to Capsule.
    private static ImmutableArray<TenantOwner> Owners(IReadOnlyList<OwnerDto?>? owners) => [.. (owners ?? []).Select(Owner)];

    private static TenantOwner Owner(OwnerDto? owner) => new(owner?.Kind ?? "", owner?.Name ?? "");

    private static IEnumerable<(TenantOwner, string)> Roles(OwnerDto? owner) =>
        (owner?.ClusterRoles ?? []).Select(role => (Owner(owner), role));

    private static ForbiddenKeys Forbidden(ForbiddenDto? dto) =>
        dto is null ? ForbiddenKeys.None : new([.. dto.Denied ?? []], dto.DeniedRegex ?? "");
}
