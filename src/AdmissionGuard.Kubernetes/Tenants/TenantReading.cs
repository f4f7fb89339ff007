using System.Collections.Immutable;
using AdmissionGuard.Core.Decisions;

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
            IsCordoned = wire.Spec?.Cordoned is true,
            ForcesPrefix = wire.Spec?.ForceTenantPrefix,
            NamespaceQuota = options?.Quota,
            NamespaceCount = Math.Max(namespaces.Length, wire.Status?.Size ?? 0),
            Namespaces = namespaces,
            ForbiddenLabels = Forbidden(options?.ForbiddenLabels),
            ForbiddenAnnotations = Forbidden(options?.ForbiddenAnnotations),
            RequiredLabels = Required(options?.RequiredMetadata?.Labels),
            RequiredAnnotations = Required(options?.RequiredMetadata?.Annotations),
            MaintenanceWindows = wire.Metadata?.Annotations?.GetValueOrDefault(Tenant.WindowsAnnotation) ?? "",
        };
    }

    public static CapsuleSettings ToSettings(this CapsuleSpecWire? spec) => new()
    {
        ForcesTenantPrefix = spec?.ForceTenantPrefix is true,
        Administrators = Owners(spec?.Administrators),
        IgnoredGroups = [.. spec?.IgnoreUserWithGroups ?? []],
    };

    // A null inside a list or map is the empty value to Go, and so to Capsule.
    private static ImmutableArray<TenantOwner> Owners(IReadOnlyList<OwnerWire?>? owners) =>
        [.. (owners ?? []).Select(owner => new TenantOwner(owner?.Kind ?? "", owner?.Name ?? ""))];

    private static ImmutableArray<KeyValuePair<string, string>> Required(IReadOnlyDictionary<string, string?>? patterns) =>
        [.. (patterns ?? ImmutableDictionary<string, string?>.Empty).Select(pair => KeyValuePair.Create(pair.Key, pair.Value ?? ""))];

    private static ForbiddenKeys Forbidden(ForbiddenWire? wire) => wire is null ? ForbiddenKeys.None : new([.. wire.Denied ?? []], wire.DeniedRegex ?? "");
}
