using System.Collections.Immutable;
using AdmissionGuard.Core.Requests;

namespace AdmissionGuard.Core.Capsule;

/// <summary>The port to Capsule's own configuration.</summary>
public interface ICapsule
{
    /// <summary>Reads the CapsuleConfiguration, live.</summary>
    /// <param name="deadline">The deadline for the result.</param>
    /// <returns>Its settings; failures of the cluster never throw.</returns>
    Task<CapsuleLookup> SettingsAsync(Deadline deadline);
}

/// <summary>What is read of the CapsuleConfiguration.</summary>
public sealed record CapsuleSettings
{
    /// <summary>What holds if there is none.</summary>
    public static CapsuleSettings None { get; } = new();

    /// <summary><c>spec.forceTenantPrefix</c>, for tenants that don't say it themselves.</summary>
    public bool ForcesTenantPrefix { get; init; }

    /// <summary><c>spec.administrators</c>.</summary>
    public ImmutableArray<TenantOwner> Administrators { get; init; } = [];

    /// <summary><c>spec.rbac.administrationClusterRoles</c>: what Capsule gives every administrator in every tenant.</summary>
    public ImmutableArray<string> AdministrationRoles { get; init; } = ["capsule-namespace-deleter"];

    /// <summary><c>spec.protectedNamespaceRegex</c>: a pattern for names of namespaces that are in no tenant; empty for none.</summary>
    public string ProtectedNamespaces { get; init; } = "";

    /// <summary><c>spec.ignoreUserWithGroups</c>: Capsule treats members of these groups as unknown users.</summary>
    public ImmutableArray<string> IgnoredGroups { get; init; } = [];

    /// <summary>Its users: <c>spec.users</c>, <c>spec.userNames</c>, <c>spec.userGroups</c> and <c>status.users</c>.</summary>
    public ImmutableArray<TenantOwner> Users { get; init; } = [];

    /// <summary>Whether the user is in a group that Capsule ignores.</summary>
    /// <param name="user">The user.</param>
    /// <returns><see langword="true"/> for a member of <see cref="IgnoredGroups"/>.</returns>
    public bool Ignores(UserInfo user) => IgnoredGroups.Any(group => user.Groups.Contains(group, StringComparer.Ordinal));

    /// <summary>The role of a user, in the order in which Capsule checks.</summary>
    /// <remarks>Source: Capsule 0.14.0, <c>pkg/runtime/handlers/admission_user.go</c>.</remarks>
    /// <param name="user">The user.</param>
    /// <returns>The role.</returns>
    public CapsuleRole RoleOf(UserInfo user) =>
        Ignores(user) ? CapsuleRole.Unknown
        : Administrators.Any(each => each.Is(user)) ? CapsuleRole.Administrator
        : Users.Any(each => each.Is(user)) ? CapsuleRole.User
        : CapsuleRole.Unknown;
}

/// <summary>The result of reading the CapsuleConfiguration.</summary>
public abstract record CapsuleLookup
{
    private CapsuleLookup()
    {
    }

    /// <summary>It was read, or there is none.</summary>
    /// <param name="Settings">Its settings.</param>
    public sealed record Known(CapsuleSettings Settings) : CapsuleLookup
    {
        /// <summary>There is none.</summary>
        public static Known Nothing { get; } = new(CapsuleSettings.None);
    }

    /// <summary>The lookup failed; it can be repeated.</summary>
    /// <param name="Failure">The failure.</param>
    public sealed record Unknown(ApiFailure Failure) : CapsuleLookup;
}
