using System.Collections.Immutable;

namespace AdmissionGuard.Core.Tenancies;

/// <summary>Which custom resource is the tenant, and which label names it on a namespace.</summary>
/// <remarks>The defaults are Capsule's. The scope is always the cluster.</remarks>
public sealed record TenantKind
{
    /// <summary>Capsule's API group.</summary>
    public const string CapsuleGroup = "capsule.clastix.io";

    /// <summary>The label on a namespace whose value is the tenant's name.</summary>
    public string LabelKey { get; init; } = "capsule.clastix.io/tenant";

    /// <summary>The API group. A reference is a Tenant reference by group and kind, whatever its version.</summary>
    public string Group { get; init; } = CapsuleGroup;

    /// <summary>The version that is read, and written into references. Capsule up to 0.10 indexes this one only.</summary>
    public string Version { get; init; } = "v1beta2";

    /// <summary>The kind, as in an ownerReference.</summary>
    public string Kind { get; init; } = "Tenant";

    /// <summary>The plural, as in a path and in RBAC.</summary>
    public string Plural { get; init; } = "tenants";

    /// <summary>Group and version, as in an ownerReference's <c>apiVersion</c>.</summary>
    public string ApiVersion => $"{Group}/{Version}";

    /// <summary>The path of all tenants, from the API server's root.</summary>
    public string Path => $"apis/{ApiVersion}/{Plural}";

    /// <summary>The path of a tenant, from the API server's root.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The path, with the name escaped.</returns>
    public string PathOf(string name) => $"{Path}/{Uri.EscapeDataString(name)}";

    /// <summary>Plural and group, as RBAC and kubectl name the resource.</summary>
    public string Resource => $"{Plural}.{Group}";

    /// <summary>The ownerReferences of an object that refer to tenants.</summary>
    /// <param name="owners">All its ownerReferences, in order.</param>
    /// <returns>The references, in order.</returns>
    public ImmutableArray<TenantReference> ReferencesIn(IEnumerable<OwnerReference> owners) =>
    [
        .. owners.Index()
            .Where(each => each.Item.Kind == Kind && each.Item.ApiVersion.StartsWith($"{Group}/", StringComparison.Ordinal))
            .Select(each => new TenantReference(each.Index, each.Item.ApiVersion, each.Item.Name, each.Item.Uid)),
    ];
}
