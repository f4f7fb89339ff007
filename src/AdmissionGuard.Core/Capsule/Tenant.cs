using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;
using AdmissionGuard.Core.Tenancies;

namespace AdmissionGuard.Core.Capsule;

/// <summary>A tenant, as read live. Its policy fields are Capsule's own settings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID.</param>
public sealed record Tenant(string Name, string Uid)
{
    /// <summary>The annotation that holds a tenant's own maintenance windows.</summary>
    public const string WindowsAnnotation = "admissionguard.io/maintenance-windows";

    /// <summary>Whether it is being deleted.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>
    /// Its owners: <c>status.owners</c>, or <c>spec.owners</c> where that is absent. Capsule lists its administrators among them.
    /// </summary>
    public ImmutableArray<TenantOwner> Owners { get; init; } = [];

    /// <summary><c>spec.owners</c>.</summary>
    public ImmutableArray<TenantOwner> SpecOwners { get; init; } = [];

    /// <summary>The cluster roles of <c>status.owners</c>, each with the owner that has it.</summary>
    public ImmutableArray<(TenantOwner Owner, string ClusterRole)> OwnerRoles { get; init; } = [];

    /// <summary><c>spec.cordoned</c>.</summary>
    public bool IsCordoned { get; init; }

    /// <summary><c>spec.forceTenantPrefix</c>; <see langword="null"/> if the CapsuleConfiguration decides.</summary>
    public bool? ForcesPrefix { get; init; }

    /// <summary><c>spec.namespaceOptions.quota</c>: the most namespaces; <see langword="null"/> for no limit.</summary>
    public int? NamespaceQuota { get; init; }

    /// <summary>How many namespaces it has, as Capsule last counted (<c>status</c>).</summary>
    public int NamespaceCount { get; init; }

    /// <summary><c>status.namespaces</c>: their names.</summary>
    public ImmutableArray<string> Namespaces { get; init; } = [];

    /// <summary><c>spec.namespaceOptions.forbiddenLabels</c>.</summary>
    public ForbiddenKeys ForbiddenLabels { get; init; } = ForbiddenKeys.None;

    /// <summary><c>spec.namespaceOptions.forbiddenAnnotations</c>.</summary>
    public ForbiddenKeys ForbiddenAnnotations { get; init; } = ForbiddenKeys.None;

    /// <summary><c>spec.namespaceOptions.requiredMetadata.labels</c>: keys, and patterns for their values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> RequiredLabels { get; init; } = [];

    /// <summary><c>spec.namespaceOptions.requiredMetadata.annotations</c>: keys, and patterns for their values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> RequiredAnnotations { get; init; } = [];

    /// <summary>The labels and annotations that Capsule puts on its namespaces.</summary>
    public ManagedMetadata Managed { get; init; } = ManagedMetadata.None;

    /// <summary>The annotation <see cref="WindowsAnnotation"/>, verbatim.</summary>
    public string MaintenanceWindows { get; init; } = "";

    /// <summary>
    /// The effective reasons of a request. An annotation is ignored if the target tenant removes it before the second webhook call.
    /// </summary>
    /// <param name="target">The tenant that gains the namespace; <see langword="null"/> for none.</param>
    /// <param name="request">The request.</param>
    /// <returns>The reasons that rules use, the same in both webhooks.</returns>
    public static ChangeReason EffectiveReason(Tenant? target, NamespaceRequest request) =>
        target is { Managed.RemovesOthers: true } ? ChangeReason.OfFieldManager(request.FieldManager) : request.ChangeReason;

    /// <summary>Whether the user is an owner. Administrators that Capsule adds to the list of owners do not count.</summary>
    /// <param name="user">The user.</param>
    /// <param name="capsule">The CapsuleConfiguration.</param>
    /// <returns><see langword="true"/> for an owner. Members of a group that Capsule ignores are never owners.</returns>
    public bool IsOwnedBy(UserInfo user, CapsuleSettings capsule) =>
        // Capsule checks the ignored groups first.
        !capsule.Ignores(user)
        && Owners.Any(owner => owner.Is(user) && (!capsule.Administrators.Contains(owner) || IsMoreThanAdministrator(owner, capsule)));

    // In status.owners Capsule merges the cluster roles of a user who is an owner and an administrator.
    private bool IsMoreThanAdministrator(TenantOwner owner, CapsuleSettings capsule) =>
        SpecOwners.Contains(owner)
        || OwnerRoles.Any(each => each.Owner == owner && !capsule.AdministrationRoles.Contains(each.ClusterRole, StringComparer.Ordinal));
}

/// <summary>An owner of a tenant, or an administrator of Capsule.</summary>
/// <param name="Kind"><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</param>
/// <param name="Name">The user name (a service account's in full) or the group's name.</param>
public readonly record struct TenantOwner(string Kind, string Name)
{
    /// <summary>Whether this is the user, by exact kind and name.</summary>
    /// <param name="user">The user.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool Is(UserInfo user) => Kind switch
    {
        "User" or "ServiceAccount" => Name == user.Name,
        "Group" => user.Groups.Contains(Name, StringComparer.Ordinal),
        _ => false,
    };
}

/// <summary>Keys that a tenant forbids.</summary>
/// <param name="Keys">Exact ones.</param>
/// <param name="Pattern">A pattern for others; empty for none.</param>
public sealed record ForbiddenKeys(ImmutableArray<string> Keys, string Pattern)
{
    /// <summary>Nothing is forbidden.</summary>
    public static ForbiddenKeys None { get; } = new([], "");

    /// <summary>Whether nothing is forbidden.</summary>
    public bool IsEmpty => Keys is [] && Pattern.Length == 0;
}
