using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>A tenant, as read live. What it says of policy are Capsule's own settings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID.</param>
public sealed record Tenant(string Name, string Uid)
{
    /// <summary>The annotation that holds a tenant's own maintenance windows.</summary>
    public const string WindowsAnnotation = "admissionguard.io/maintenance-windows";

    /// <summary>Whether it is being deleted.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Its owners: <c>status.owners</c>, or <c>spec.owners</c> where that is absent. Capsule lists its administrators among them.</summary>
    public ImmutableArray<TenantOwner> Owners { get; init; } = [];

    /// <summary><c>spec.cordoned</c>.</summary>
    public bool IsCordoned { get; init; }

    /// <summary><c>spec.forceTenantPrefix</c>; <see langword="null"/> where the CapsuleConfiguration decides.</summary>
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

    /// <summary>The annotation <see cref="WindowsAnnotation"/>, as it stands there.</summary>
    public string MaintenanceWindows { get; init; } = "";

    /// <summary>Whether the user is one of the owners, and is so to Capsule: neither one of its administrators nor in a group that it ignores.</summary>
    /// <param name="user">The user.</param>
    /// <param name="capsule">What the CapsuleConfiguration says.</param>
    /// <returns><see langword="true"/> for an owner.</returns>
    public bool IsOwnedBy(Requester user, CapsuleSettings capsule) =>
        // Capsule looks at the ignored groups before all else.
        !capsule.IgnoredGroups.Any(group => user.Groups.Contains(group, StringComparer.Ordinal))
        && Owners.Any(owner => owner.Is(user) && !capsule.Administrators.Contains(owner));
}

/// <summary>An owner of a tenant, or an administrator of Capsule.</summary>
/// <param name="Kind"><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</param>
/// <param name="Name">The user name (a service account's in full) or the group's name.</param>
public readonly record struct TenantOwner(string Kind, string Name)
{
    /// <summary>Whether the user is meant: kind and name, exactly.</summary>
    /// <param name="user">The user.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool Is(Requester user) => Kind switch
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
